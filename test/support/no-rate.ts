// A connection without a rate limit.
import type { Rate } from '../../server/transport/token-buckets.js';

export const noRate: Rate = { events: 0, bytes: 0 };
