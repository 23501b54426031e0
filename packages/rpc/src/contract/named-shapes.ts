/** The shapes that documents describe once, under a name. */
import type { TSchema } from 'typebox'
import { netStatus } from './network-shapes.ts'
import { roomInfo } from './room-shapes.ts'
import { author, ban, delivery, host, invitation, message, nodeInfo, syncProgress } from './shapes.ts'

export const NAMED_SHAPES: ReadonlyMap<TSchema, string> = new Map<TSchema, string>([
  [message, 'Message'],
  [author, 'Author'],
  [delivery, 'Delivery'],
  [invitation, 'Invitation'],
  [nodeInfo, 'NodeInfo'],
  [roomInfo, 'Room'],
  [netStatus, 'NetStatus'],
  [syncProgress, 'SyncProgress'],
  [host, 'Host'],
  [ban, 'Ban'],
])
