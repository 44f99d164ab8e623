// The library `parley/client`: everything that a program may import, and nothing else.
export {
  ChannelFailure,
  type ChannelFailureReason,
  type FailureDetails,
} from './transport/channel-failure.js';
export { openChannel, type OpenChannelOptions } from './rooms/open-channel.js';
export type {
  ChannelEvents,
  ChannelState,
  IceServer,
  PeerPresence,
  Role,
  RoomChannel,
  SendOptions,
  SignalingChannel,
  SignalKind,
} from './channel/signaling-channel.js';
export type { TraceEvent } from './transport/connection-port.js';
export type { ListedUser } from '../server/protocol/user-messages.js';
export { openUserLine, type OpenUserLineOptions } from './users/open-user-line.js';
export type { CallOptions, IncomingCall } from './users/user-calls.js';
export type { UserLine, UserLineEvents } from './users/user-line.js';
export type { WebSocketConstructor, WebSocketLike } from './transport/websocket-transport.js';
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
export { getLocalMedia } from './call/local-tracks.js';
export { startCall } from './call/start-call.js';
