// The library `parley/client`: everything that a program may import, and nothing else.
export {
  ChannelFailure,
  type ChannelFailureReason,
  type FailureDetails,
} from './signaling/channel-failure.js';
export { openChannel, type OpenChannelOptions } from './signaling/open-channel.js';
export type { RoomChannel } from './signaling/room-channel.js';
export type {
  ChannelEvents,
  ChannelState,
  IceServer,
  PeerPresence,
  Role,
  SendOptions,
  SignalingChannel,
  SignalKind,
} from './signaling/signaling-channel.js';
export type { TraceEvent } from './signaling/trace.js';
export type { ListedUser } from '../server/protocol/user-messages.js';
export { openUserLine, type OpenUserLineOptions } from './signaling/open-user-line.js';
export type { CallOptions, IncomingCall, UserLine, UserLineEvents } from './signaling/user-line.js';
export type { WebSocketConstructor, WebSocketLike } from './signaling/websocket-transport.js';
export type {
  Call,
  CallEvents,
  CallOptions as StartCallOptions,
  CallState,
  CallTraceEvent,
  EndedBy,
} from './call/call.js';
export { CallFailure, type CallFailureReason } from './call/call-failure.js';
export type { CallStats, Route } from './call/call-stats.js';
export { getLocalMedia } from './call/local-media.js';
export { startCall } from './call/start-call.js';
