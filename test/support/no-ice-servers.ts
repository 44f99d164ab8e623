// For gateways in tests that start no call: a server that names no STUN and no TURN.
import type { IceServers } from '../../server/transport/ice-servers.js';

export const noIceServers: IceServers = { give: () => ({ iceServers: [] }) };
