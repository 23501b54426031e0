/** What is made of a direct message that was opened. Wire: docs/chat.md, *Encrypted kinds*, Inner message. */
import type { MessageKind, Revealed } from '@dchat/store'
import { isBodyOf } from '../post/bodies.ts'
import { PostKind } from '../post/post.ts'
import { InnerKind } from '../sealed/inner-message.ts'
import type { InnerMessage } from '../sealed/inner-message.ts'

const LINE_KINDS: ReadonlyMap<number, MessageKind> = new Map([
  [InnerKind.Text, 'text'],
  [InnerKind.Action, 'action'],
  [InnerKind.Topic, 'topic'],
])

/** Certificates and rekeys stand in private rooms; alone with somebody they are nothing, like kinds that this version does not know. */
export function revealedOf({ kind, text }: InnerMessage): Revealed {
  const lineKind = LINE_KINDS.get(kind)
  if (lineKind !== undefined) return { as: 'line', kind: lineKind, text }
  if (kind !== InnerKind.Retract || !isBodyOf(PostKind.Retract, text)) return { as: 'nothing' }
  return { as: 'retraction', target: Buffer.from(text, 'hex') }
}
