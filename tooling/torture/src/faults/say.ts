/** A line that a daemon promises to have kept. */
import type { DaemonNode, LineBook } from '@dchat/e2e'

/** @throws what the daemon refuses it with; then nothing is promised */
export async function say(node: DaemonNode, book: LineBook, text: string): Promise<void> {
  book.promised((await node.client.call('chat.send', { text: book.sending(text) })).seq, text)
}
