// Generated frames at full speed with the rate limits on: hundreds of connections are cut, so it runs in the long form only.
import { it } from 'vitest';
import { startMeasuredServer } from '../support/measured-server.js';
import { attacked } from './attacked.js';
import { attackWithFrames } from './frame-attack.js';

const graceMs = 200;

it('with the rate limits on, whoever sends them too fast is slowed down or cut, and the others talk on', async (context) => {
  const rateLimit = 500;
  const server = await startMeasuredServer({ graceMs, rateLimit, rateLimitBytes: 1_048_576 });
  const threat = 'malformed frames, both ports, above the rate limit';
  const writes = { together: 5 * rateLimit, isLimited: true };
  await attacked(context, server, { threat, tries: 200_000, of: 'frames' }, async (tries) => {
    const { connections } = await attackWithFrames(server, tries, threat, writes);
    return `0 crashes, 0 unhandled rejections, on ${connections} connections`;
  });
});
