/** The talk as plain text: no columns, no marks, nothing that a selection by the terminal would have to leave out. Pure. */
import { sanitizeText } from '@dchat/system'
import { maskInvitations } from '@dchat/rpc'
import type { Item } from '../state/items.ts'
import { messageName } from './author.ts'
import { invitationWords } from './invitation.ts'
import type { Row, RowContext } from './item-rows.ts'
import { wrapText } from './wrap.ts'

/** `<nick> text`, `* nick text`. */
export function bareText(item: Item, ownNick: string | null): string {
  if (item.type === 'notice') return sanitizeText(item.text, { keepNewlines: true })
  if (item.type === 'pending') return line(item.kind, ownNick ?? 'me', item.text)
  const { message } = item
  const name = messageName(message, ownNick)
  if (message.retracted) return `-- ${name} took a line back`
  const invitation = invitationWords(message, name)
  if (invitation !== null) return `-- ${invitation}`
  return line(message.kind, name, message.text)
}

function line(kind: 'text' | 'action' | 'topic' | 'system', name: string, text: string): string {
  const shown = sanitizeText(maskInvitations(text), { keepNewlines: true })
  switch (kind) {
    case 'text':
      return `<${name}> ${shown}`
    case 'action':
      return `* ${name} ${shown}`
    case 'topic':
      return `-- ${name} set the topic: ${shown}`
    case 'system':
      return `-- ${shown}`
  }
}

/** The rows of an item, at least one. */
export function bareRows(item: Item, { width, ownNick }: RowContext): Row[] {
  return wrapText(bareText(item, ownNick), { first: width, rest: width }).map(({ text, offset }) => ({
    key: item.key,
    offset,
    spans: [{ text, style: 'text' }],
  }))
}
