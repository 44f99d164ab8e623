// Starts a Redis of its own and ends it with the process that started this one.
import { startRedis } from '../../support/redis-server.js';
import { reportPorts } from './report-ports.js';

const redis = await startRedis();
const end = (): void => {
  void redis.close().finally(() => process.exit());
};
process.on('disconnect', end);
process.on('SIGTERM', end);
process.on('SIGINT', end);
reportPorts({ port: redis.port });
