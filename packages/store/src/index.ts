export { StoreError } from './errors.ts'
export type { StoreErrorCode, StoreErrorData } from './errors.ts'
export { acquireLock } from './lock.ts'
export type { DataLock } from './lock.ts'
export type { Delivery, MessageKind, NewMessage, StoredMessage } from './message.ts'
export type { CheckProblem } from './upkeep/inspect-database.ts'
export type {
  CheckReport,
  HistoryPage,
  HistoryQuery,
  MessageStore,
  OpenReport,
  SearchQuery,
  StoreBounds,
  StoreCounts,
  StoreStats,
} from './message-store.ts'
export { openStore } from './open-store.ts'
export type { StoreOptions } from './open-store.ts'
export { NICK_EARNED_MS } from './name-store.ts'
export type { Claim, NameStore } from './name-store.ts'
export type {
  CommittedPost,
  NewPost,
  OfferedRoom,
  Place,
  PostFate,
  PostLine,
  PostPage,
  PostStore,
  Quotas,
  SetChange,
} from './post-store.ts'
export type { NotifyLevel, RoomState, RoomStore } from './room-store.ts'
