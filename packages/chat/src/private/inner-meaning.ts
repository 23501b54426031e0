/** What inner messages are to people, those of one person and of private rooms alike. Wire: docs/chat.md, *Encrypted kinds*, Inner message. */
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

/** What is said. */
export function innerOf({ kind, text }: { readonly kind: MessageKind; readonly text: string }): InnerMessage {
  return { kind: kind === 'action' ? InnerKind.Action : InnerKind.Text, text }
}

/** Certificates and rekeys stand in private rooms; alone with somebody they are nothing, like kinds that this version does not know. */
export function meaningOf({ kind, text }: InnerMessage): Revealed {
  const lineKind = LINE_KINDS.get(kind)
  if (lineKind !== undefined) return { as: 'line', kind: lineKind, text }
  if (kind !== InnerKind.Retract || !isBodyOf(PostKind.Retract, text)) return NOTHING
  return { as: 'retraction', target: Buffer.from(text, 'hex') }
}

export const NOTHING: Revealed = { as: 'nothing' }
