/** A node of a simulation that reads its direct messages: as many live box keys as a node has after five weeks, and the real cipher. */
import { DirectMail, newBoxSecret, openBoxKey } from '@dchat/chat'
import type { BoxKey } from '@dchat/chat'
import type { ChatNode } from '@dchat/chat/testing'
import { isConversation } from '@dchat/store'
import type { StoredMessage } from '@dchat/store'
import { silentLogger } from '@dchat/system'
import type { Clock } from '@dchat/system'
import type { CpuMeter, WorkerWatch } from './cpu-meter.ts'

/** A key every 7 days that lives for 35: docs/chat.md, Box keys. */
const LIVE_KEYS = 5

export interface MailboxDeps {
  readonly clock: Clock
  readonly meter: CpuMeter
  /** Hears of each line of somebody else in a conversation. */
  readonly onRead: (mailbox: Mailbox, line: StoredMessage) => void
}

export class Mailbox {
  readonly node: ChatNode
  readonly mail: DirectMail
  readonly watch: WorkerWatch
  readonly #newest: Buffer

  private constructor(node: ChatNode, keys: readonly BoxKey[], { clock, meter, onRead }: MailboxDeps) {
    this.node = node
    this.watch = meter.watch()
    this.#newest = keys[0]!.publicKey
    this.mail = new DirectMail({
      store: node.store,
      posts: node.posts,
      boxKeys: { live: () => keys, onChange: () => () => {} },
      identity: node.signer,
      clock,
      logger: silentLogger,
      stopwatch: this.watch.read,
    })
    node.store.onCommitted((lines) => {
      for (const line of lines) if (!line.own && isConversation(line.room)) onRead(this, line)
    })
  }

  /** Of a node that is up and stays so. */
  static async open(node: ChatNode, deps: MailboxDeps): Promise<Mailbox> {
    const secrets = await Promise.all(Array.from({ length: LIVE_KEYS }, newBoxSecret))
    const mailbox = new Mailbox(node, await Promise.all(secrets.map(openBoxKey)), deps)
    mailbox.mail.start()
    return mailbox
  }

  /** Tells the network the newest key. Resolves when it is stored: move time. */
  async publish(): Promise<void> {
    await this.node.posts.publish({ room: '', kind: 5, body: this.#newest.toString('hex') })
  }

  /** Resolves when it is stored: move time. */
  send(to: Mailbox, text: string): Promise<StoredMessage> {
    return this.mail.send({ to: to.node.signer.key, kind: 'text', text })
  }
}
