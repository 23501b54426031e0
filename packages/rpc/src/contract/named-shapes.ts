/** The shapes that documents describe once, under a name. */
import type { TSchema } from 'typebox'
import { author, ban, delivery, host, message, nodeInfo } from './shapes.ts'

export const NAMED_SHAPES: ReadonlyMap<TSchema, string> = new Map<TSchema, string>([
  [message, 'Message'],
  [author, 'Author'],
  [delivery, 'Delivery'],
  [nodeInfo, 'NodeInfo'],
  [host, 'Host'],
  [ban, 'Ban'],
])
