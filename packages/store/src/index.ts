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
  WaitingLine,
} from './message-store.ts'
export type { MemberStore, Rekey, RoomAuthor } from './member-store.ts'
export { openStore } from './open-store.ts'
export type { StoreOptions } from './open-store.ts'
export { NICK_EARNED_MS } from './name-store.ts'
export type { Claim, NameStore } from './name-store.ts'
export type {
  CommittedPost,
  NewPost,
  OfferedRoom,
  OwnTarget,
  Place,
  PostFate,
  PostLine,
  PostPage,
  PostStore,
  Quotas,
  Reveal,
  Revealed,
  SealedPost,
  SetChange,
  TriedPost,
  UntriedPost,
} from './post-store.ts'
export { conversationOf, isConversation } from './room-store.ts'
export type { NotifyLevel, RoomState, RoomStore } from './room-store.ts'
