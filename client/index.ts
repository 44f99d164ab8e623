// The library `parley/client`: everything that a program may import, and nothing else.
export { ChannelFailure, type ChannelFailureReason } from './signaling/channel-failure.js';
export { openChannel, type OpenChannelOptions } from './signaling/open-channel.js';
export type { RoomChannel } from './signaling/room-channel.js';
export type {
  ChannelEvents,
  ChannelState,
  PeerPresence,
  Role,
  SendOptions,
  SignalingChannel,
  SignalKind,
} from './signaling/signaling-channel.js';
export type { TraceEvent } from './signaling/trace.js';
export { openUserLine, type OpenUserLineOptions } from './signaling/open-user-line.js';
export type { CallOptions, IncomingCall, UserLine, UserLineEvents } from './signaling/user-line.js';
export type { WebSocketConstructor, WebSocketLike } from './signaling/websocket-transport.js';
