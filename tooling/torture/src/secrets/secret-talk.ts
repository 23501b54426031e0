/** Two nodes that have said and shared what nobody else may learn, and all of that as a list. */
import { createHash, createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { DaemonNode, keyOf, writes } from '@dchat/e2e'
import type { DaemonNodeOptions } from '@dchat/e2e'
import type { Random } from '@dchat/system'
import { keySecret, textSecret } from './secret-search.ts'
import type { Secret } from './secret-search.ts'

/** What is said and shared; each has random words of its own. */
export interface Words {
  readonly direct: string
  readonly answer: string
  readonly inRoom: string
  readonly roomName: string
  readonly passphrase: string
  readonly token: string
}

export interface SecretTalkOptions {
  readonly random: Random
  /** How each node is started. Their RPC listens on TCP too. */
  readonly nodes: Readonly<Record<'ann' | 'bob', DaemonNodeOptions>>
}

export class SecretTalk implements AsyncDisposable {
  readonly ann: DaemonNode
  readonly bob: DaemonNode
  readonly words: Words
  readonly #running: AsyncDisposableStack
  /** What opens the private room, and the file of keys that was exported: known once they are made. */
  #made: readonly Secret[] = []

  private constructor(running: AsyncDisposableStack, { ann, bob, words }: { ann: DaemonNode; bob: DaemonNode; words: Words }) {
    this.#running = running
    this.ann = ann
    this.bob = bob
    this.words = words
  }

  /** Both run, have written to each other, share a private room, and ann has exported her keys. */
  static async held({ random, nodes }: SecretTalkOptions): Promise<SecretTalk> {
    const words = randomWords(random)
    const sha256 = createHash('sha256').update(words.token).digest('hex')
    const token = ['name = "watcher"', `hash = "sha256:${sha256}"`, 'methods = ["readonly"]']
    await using running = new AsyncDisposableStack()
    const start = async (nick: 'ann' | 'bob', peers: string): Promise<DaemonNode> => {
      const { config, ...options } = nodes[nick]
      const net = [`peers = [${peers}]`, 'outbound_connections = 0']
      const tables = { ...config, net, chat: [`nick = "${nick}"`], '[rpc.token]': token }
      return running.use(await DaemonNode.running({ hasTcpRpc: true, ...options, config: tables }))
    }
    const ann = await start('ann', '')
    const bob = await start('bob', `"${await ann.url()}"`)
    const talk = new SecretTalk(running.move(), { ann, bob, words })
    await talk.#talk()
    return talk
  }

  /** Everything that must show nowhere but in the files that are made for it. */
  get secrets(): Secret[] {
    const { direct, answer, inRoom, roomName, passphrase, token } = this.words
    return [
      ...secretsOf('ann', this.ann),
      ...secretsOf('bob', this.bob),
      ...this.#made,
      textSecret('a direct message', direct),
      textSecret('the answer to it', answer),
      textSecret('a line in a private room', inRoom),
      textSecret('the name of a private room', roomName),
      textSecret('a passphrase', passphrase),
      textSecret('a token', token),
    ]
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#running.disposeAsync()
  }

  async #talk(): Promise<void> {
    const { ann, bob, words } = this
    const [annKey, bobKey] = [await keyOf(ann), await keyOf(bob)]
    await writes(ann, { to: bobKey, text: words.direct })
    await bob.stores(words.direct)
    await writes(bob, { to: annKey, text: words.answer })
    await ann.stores(words.answer)
    const room = await ann.client.call('room.create', { name: words.roomName })
    const invitation = await ann.client.call('room.invitation', { room })
    await ann.client.call('room.invite', { room, to: bobKey })
    await bob.stores(invitation)
    await bob.client.call('room.accept', { invitation })
    await bob.client.call('chat.send', { room, text: words.inRoom })
    await ann.stores(words.inRoom)
    const exported = await ann.client.call('identity.export', { passphrase: words.passphrase })
    this.#made = [
      keySecret('the secret of a private room', Buffer.from(invitation.split(':').at(-1)!, 'base64url')),
      textSecret('an exported identity', exported.slice(-60)),
    ]
  }
}

function randomWords(random: Random): Words {
  const word = (): string => Buffer.from(random.bytes(12)).toString('hex')
  const roomName = `r-${word()}`
  return {
    direct: `direct ${word()}`,
    answer: `answer ${word()}`,
    inRoom: `inside ${word()}`,
    roomName,
    passphrase: `pass ${word()}`,
    token: Buffer.from(random.bytes(32)).toString('base64url'),
  }
}

/** Keys that lie in files of a node, and its cookie. */
function secretsOf(nick: string, { home }: DaemonNode): Secret[] {
  const { identityPath, boxKeysPath, roomKeysPath, cookiePath } = home.paths
  const seed = createPrivateKey(readFileSync(identityPath)).export({ format: 'der', type: 'pkcs8' }).subarray(-32)
  const listed = [boxKeysPath, roomKeysPath].flatMap((path) => {
    const { entries } = JSON.parse(readFileSync(path, 'utf8')) as { entries: { secret: string; author?: string }[] }
    return entries.flatMap(({ secret, author }) => [secret, ...(author === undefined ? [] : [author])])
  })
  return [
    keySecret(`the identity of ${nick}`, seed),
    ...listed.map((hex, index) => keySecret(`key ${index + 1} of ${nick}`, Buffer.from(hex, 'hex'))),
    textSecret(`the cookie of ${nick}`, readFileSync(cookiePath, 'utf8').trim()),
  ]
}
