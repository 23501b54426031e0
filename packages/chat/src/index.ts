export { CHAT_ERROR_CODES, ChatError, isChatError } from './errors.ts'
export type { ChatErrorCode, ChatErrorData, PostRefusal } from './errors.ts'
export { POSTS_FEATURE, isFeatured } from './feature.ts'
export { newHistoryCounts } from './history/history-counts.ts'
export type { HistoryCounts } from './history/history-counts.ts'
export { HISTORY_LIMITS } from './history/history-limits.ts'
export { IdSets } from './history/id-sets.ts'
export type { IdSetsDeps, IdSetsOptions } from './history/id-sets.ts'
export type { HistoryHandler, HistoryHost, HistoryPeer, Reconciled, SyncProgress } from './history/history-peer.ts'
export { foldNick } from './identity/fold-nick.ts'
export { holderOf, showsTag } from './identity/held-nick.ts'
export { PASSPHRASE_MIN_CHARACTERS, exportIdentity, importIdentity } from './identity/identity-export.ts'
export { openIdentity, saveIdentity } from './identity/identity-file.ts'
export { Identity, newIdentity } from './identity/identity.ts'
export { tagOf, verifyString } from './identity/tag.ts'
export { CHAT_LIMITS } from './limits.ts'
export {
  POST_MESSAGES,
  haveMessage,
  pageEndMessage,
  pageMessage,
  postMessage,
  roomsMessage,
  syncMessage,
  wantMessage,
} from './messages.ts'
export type { PageEnd, PageRequest, RoomHint, SyncFrame } from './messages.ts'
export { isNick } from './post/bodies.ts'
export { decodePost, postIdOf } from './post/decode-post.ts'
export { BODY_MAX_BYTES, NICK_MAX_CHARACTERS, POST_AHEAD_MAX_MS, POST_MAX_BYTES } from './post/grammar.ts'
export type { PostFlaw } from './post/post-flaw.ts'
export { PostNetwork } from './post-network.ts'
export type { PostNetworkDeps, PostNetworkEvents, PostNetworkOptions } from './post-network.ts'
export { PostKind } from './post/post.ts'
export type { Post, PostDraft, Signer } from './post/post.ts'
export { PostVerifier } from './post/post-verifier.ts'
export { DIRECT_ROOM, PROFILE_ROOM, isOrdinaryRoom, isPrivateRoom, isRoomName, roomTakes } from './post/rooms-by-kind.ts'
export { signPost } from './post/sign-post.ts'
export { IdSet } from './reconcile/id-set.ts'
export type { RecordView } from './reconcile/record-view.ts'
export { initiate, proceed, respond } from './reconcile/reconcile.ts'
export type { Findings, ReconcileOptions } from './reconcile/reconcile.ts'
export { PostChannel } from './relay/post-channel.ts'
export type { PostChannelDeps } from './relay/post-channel.ts'
export { newPostCounts } from './relay/post-counts.ts'
export type { PostCounts } from './relay/post-counts.ts'
export type { BodyPlace, OwnDraft } from './relay/own-posts.ts'
export { untilDrained } from './relay/want-server.ts'
