/** The contract in types, derived from its schemas: only types are imported here, so that clients load no schema. */
import type { Static, TObject, TProperties } from 'typebox'
import type { CHAT_METHODS } from './contract/chat-methods.ts'
import type { MethodDefinition } from './contract/define.ts'
import type { IDENTITY_METHODS } from './contract/identity-methods.ts'
import type { NETWORK_METHODS } from './contract/network-methods.ts'
import type { netStatus } from './contract/network-shapes.ts'
import type { NODE_METHODS, RPC_METHODS } from './contract/node-methods.ts'
import type { NOTIFICATIONS } from './contract/notifications.ts'
import type { PRIVATE_ROOM_METHODS } from './contract/private-room-methods.ts'
import type { REFERENCE_METHODS } from './contract/reference-methods.ts'
import type { OWN_LINE_METHODS, ROOM_METHODS } from './contract/room-methods.ts'
import type * as roomShapes from './contract/room-shapes.ts'
import type * as shapes from './contract/shapes.ts'
import type { STORE_METHODS } from './contract/store-methods.ts'

/** Who wrote a line. For unsigned lines of others only `from` is known. */
export type Author = Static<typeof shapes.author>
/** How far an own line got. */
export type Delivery = Static<typeof shapes.delivery>
/** How far an own line got, and with which peers. */
export type LineDelivery = Static<typeof roomShapes.lineDelivery>
/** A private room that a line invites to. */
export type Invitation = Static<typeof shapes.invitation>
/** One stored line. */
export type Message = Static<typeof shapes.message>
export type SessionName = Static<typeof shapes.sessionName>
export type P2pInfo = Static<typeof shapes.p2pInfo>
export type SpawnInfo = Static<typeof shapes.spawn>
export type HistoryPage = Static<typeof shapes.historyPage>
export type ExportPage = Static<typeof shapes.exportPage>
export type NodeInfo = Static<typeof shapes.nodeInfo>
export type NodeWarning = NodeInfo['warnings'][number]
/** A known host. */
export type HostInfo = Static<typeof shapes.host>
export type HostColorName = HostInfo['color']
export type BanInfo = Static<typeof shapes.ban>
/** What the node does to have peers. */
export type NetStatus = Static<typeof netStatus>
/** Why there is no peer. */
export type NetProblem = NonNullable<NetStatus['problem']>
/** How history is being fetched from peers. */
export type SyncProgress = Static<typeof shapes.syncProgress>
/** A room as one client sees it. */
export type RoomInfo = Static<typeof roomShapes.roomInfo>
export type NotifyLevel = RoomInfo['level']
export type IdentityInfo = Static<typeof roomShapes.identity>
export type Verification = Static<typeof roomShapes.verification>
export type StoreReport = Static<typeof roomShapes.storeReport>

type Definitions = typeof REFERENCE_METHODS &
  typeof CHAT_METHODS &
  typeof ROOM_METHODS &
  typeof OWN_LINE_METHODS &
  typeof PRIVATE_ROOM_METHODS &
  typeof IDENTITY_METHODS &
  typeof STORE_METHODS &
  typeof NETWORK_METHODS &
  typeof NODE_METHODS &
  typeof RPC_METHODS

/** Methods without parameters take an empty object or an empty array. */
export type NoParams = Record<string, never> | []

type ByName<P extends TProperties> = keyof P extends never ? NoParams : Static<TObject<P>>

/** Every method: parameters by name, and the result. */
export type MethodMap = {
  [M in keyof Definitions]: Definitions[M] extends MethodDefinition<infer P, infer R>
    ? { params: ByName<P>; result: Static<R> }
    : never
}

export type MethodName = keyof MethodMap
export type MethodParams<M extends MethodName> = MethodMap[M]['params']
export type MethodResult<M extends MethodName> = MethodMap[M]['result']
export type HistoryParams = MethodParams<'chat.history'>
export type ExportParams = MethodParams<'chat.export'>
/** What is logged of what. */
export type LogSetting = MethodParams<'log.set_level'>
export type ExportFormat = NonNullable<ExportParams['format']>

/** Notifications of subscriptions. `dnet.subscribe_events` is sent too, with an array `[{event, info}]` as its params. */
export type NotificationMap = { [N in keyof typeof NOTIFICATIONS]: Static<(typeof NOTIFICATIONS)[N]> }

export type NotificationName = keyof NotificationMap
