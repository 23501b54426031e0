/** What clients and servers share. Nothing here loads the schemas: those are `@dchat/rpc/schemas`. */
export { RpcAddressError, formatRpcAddress, isLoopbackHost, parseRpcAddress } from './address.ts'
export type { RpcAddress, RpcAddressErrorCode } from './address.ts'
export { RpcClient } from './client.ts'
export type { CallOptions, ConnectOptions, NotificationListener } from './client.ts'
export { RPC_ERRORS } from './codes.ts'
export type { RpcErrorEntry, RpcErrorKind } from './codes.ts'
export {
  DEFAULT_BAN_HOURS,
  DEFAULT_CLIENT,
  DEFAULT_EXPORT_LIMIT,
  DEFAULT_HISTORY_LIMIT,
  DEFAULT_ROOM,
  DEFAULT_SEARCH_LIMIT,
} from './defaults.ts'
export { findEndpoint } from './endpoint.ts'
export type { FindEndpointOptions, RpcEndpoint } from './endpoint.ts'
export { RpcError, RpcUnreachable, isCallFailure, isRpcError, rpcError } from './errors.ts'
export type { RpcErrorData, UnreachableCode } from './errors.ts'
export {
  MAX_ANSWER_BYTES,
  MAX_HIGHLIGHTS,
  MAX_HIGHLIGHT_CHARACTERS,
  MAX_INVITATION_CHARACTERS,
  MAX_PAGE_LINES,
  MAX_PENDING_CALLS,
  MAX_POST_TEXT_BYTES,
  MAX_QUERY_CHARACTERS,
  MAX_REQUEST_BYTES,
  MAX_SOCKET_PATH_BYTES,
  MAX_TEXT_BYTES,
  MAX_UNSENT_BYTES,
  MIN_HIGHLIGHT_CHARACTERS,
} from './limits.ts'
export { inThousands } from './in-thousands.ts'
export { holdsInvitation, maskInvitations } from './invitation-text.ts'
export { authorName } from './author-name.ts'
export { GatheredBytes } from './gathered-bytes.ts'
export { LineSplitter, TOO_LONG } from './line-splitter.ts'
export { lineText, saidAt } from './line-text.ts'
export { mentions, mentionsAny } from './mentions.ts'
export { roomLabel } from './room-label.ts'
export type { LabelledRoom } from './room-label.ts'
export { TLS_FINGERPRINT_FILE, dchatPaths } from './paths.ts'
export type { DchatPaths } from './paths.ts'
export type {
  Author,
  BanInfo,
  Delivery,
  ExportFormat,
  ExportPage,
  ExportParams,
  HistoryPage,
  HistoryParams,
  HostColorName,
  HostInfo,
  IdentityInfo,
  Invitation,
  LineDelivery,
  LogSetting,
  Message,
  MethodMap,
  MethodName,
  MethodParams,
  MethodResult,
  NetProblem,
  NetStatus,
  NoParams,
  NodeInfo,
  NodeWarning,
  NotificationMap,
  NotificationName,
  NotifyLevel,
  P2pInfo,
  RoomInfo,
  SessionName,
  SpawnInfo,
  StoreReport,
  SyncProgress,
  Verification,
} from './types.ts'
export { RPC_VERSION } from './version.ts'
