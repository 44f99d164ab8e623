// Loaded before the server as a process: the ports below 1024 are refused, as the system refuses them to most users.
import { Server } from 'node:net';

const listen = Server.prototype.listen;

Server.prototype.listen = function listenOrRefuse(options, ...rest) {
  const { port } = options;
  if (port === 0 || port >= 1024) return listen.call(this, options, ...rest);
  const error = Object.assign(new Error('listen EACCES: permission denied'), { code: 'EACCES', port });
  process.nextTick(() => this.emit('error', error));
  return this;
};
