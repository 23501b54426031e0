/** The peer of posts in Python (tooling/e2e/clients/post_peer.py), as tests ask things of it. */
import { PythonClient, loopbackHost, until } from '@dchat/e2e'

/** What the parameters of its command `make` say: posts of it, or in the name of another key. */
export interface Made {
  readonly room?: string
  readonly kind?: number
  readonly body?: string
  /** Unix ms of the first. */
  readonly at?: number
  readonly count?: number
  readonly step_ms?: number
  readonly key?: string
  readonly ciphertext?: string
}

export interface PeerState {
  readonly featured: boolean
  /** How often each command came. */
  readonly seen: Readonly<Record<string, number>>
  /** Commands that it does not know. */
  readonly unknown: readonly string[]
  readonly rooms: Readonly<Record<string, { readonly posts: number }>>
  readonly chat: readonly string[]
  /** Why the channel is gone; null while it is there. */
  readonly ended: string | null
  /** Its own, in hex. */
  readonly key: string
  /** Where it puts what it makes with `ciphertext`. */
  readonly private: string
}

/** What opened of a direct message, or of a post of a private room. */
export interface Opened {
  readonly id: string
  /** The key that wrote it. */
  readonly author: string
  /** In private rooms: whose key that is, as a certificate there says. */
  readonly identity?: string | null
  /** Of what was inside. */
  readonly kind: number
  readonly text: string
}

/** A private room that the peer has the secret of. */
export interface Entered {
  readonly room: string
  readonly invitation: string
  /** The key that it writes with there. */
  readonly author: string
}

export interface Outcome {
  readonly have: number
  readonly need: number
  readonly round_trips: number
}

/** A peer of posts that shares no code with the daemon. */
export class PostPeer implements AsyncDisposable {
  readonly #client: PythonClient

  constructor(args: readonly string[]) {
    this.#client = new PythonClient('post_peer.py', args)
  }

  /** One that has dialled the daemon and exchanged versions. */
  static async dial(url: string, ...args: string[]): Promise<PostPeer> {
    const { hostname, port } = new URL(url)
    const peer = new PostPeer(['dial', hostname, port, '--from', loopbackHost(), ...args])
    await peer.greeted()
    return peer
  }

  /** One that listens and holds posts from the start. */
  static async listen(made: readonly Made[], ...args: string[]): Promise<{ peer: PostPeer; url: string }> {
    const host = loopbackHost()
    const peer = new PostPeer(['listen', host, '0', '--make', JSON.stringify(made), ...args])
    const { ready } = await peer.#client.prints<{ ready: number }>('its port', (value) => value.ready > 0)
    return { peer, url: `tcp://${host}:${ready}/` }
  }

  async greeted(): Promise<void> {
    await this.#client.prints<{ greeted?: boolean }>('that versions are exchanged', (value) => value.greeted === true)
  }

  make(made: Made): Promise<string[]> {
    return this.#client.ask('make', made)
  }

  async send(posts: readonly string[]): Promise<void> {
    await this.#client.ask('send', { posts })
  }

  async tell(posts: readonly string[]): Promise<void> {
    await this.#client.ask('have', { posts })
  }

  page(room: string, limit: number): Promise<string[][]> {
    return this.#client.ask('page', { room, limit })
  }

  sync(room: string, options: { limit?: number } = {}): Promise<Outcome> {
    return this.#client.ask('sync', { room, ...options })
  }

  /** What it holds of a room, newest first. */
  ids(room: string): Promise<string[]> {
    return this.#client.ask('ids', { room })
  }

  bodies(room: string): Promise<string[]> {
    return this.#client.ask<{ body: string }[]>('posts', { room }).then((posts) => posts.map(({ body }) => body))
  }

  /** The bytes of a post it holds, in hex. */
  data(post: string): Promise<string> {
    return this.#client.ask('data', { post })
  }

  /** Publishes its nick and a new box key; those before stay live. Resolves when the other side has stored both. */
  async introduce(nick: string): Promise<void> {
    const made = await this.#client.ask<string[]>('introduce', { nick })
    await until('the profile and the box key are stored', async () => {
      const held = (await this.page('', 200)).flat()
      return made.every((id) => held.includes(id))
    })
  }

  /** Writes a direct message to an identity. @param kind of what is inside @returns its id */
  write(to: string, text: string, kind = 0): Promise<string> {
    return this.#client.ask('write', { to, text, kind })
  }

  /** What opens of the direct messages it holds, oldest first. */
  mail(): Promise<Opened[]> {
    return this.#client.ask('mail')
  }

  accept(invitation: string): Promise<Entered> {
    return this.#client.ask('accept', { invitation })
  }

  create(name: string): Promise<Entered> {
    return this.#client.ask('create', { name })
  }

  /** Writes its certificate into a private room. @returns the id of the post */
  vouch(room: string): Promise<string> {
    return this.#client.ask('vouch', { room })
  }

  /** Writes into a private room. @param kind of what is inside @returns the id of the post */
  tellRoom(room: string, text: string, kind = 0): Promise<string> {
    return this.#client.ask('tell', { room, text, kind })
  }

  /** What stands in a private room, oldest first. */
  read(room: string): Promise<Opened[]> {
    return this.#client.ask('read', { room })
  }

  state(): Promise<PeerState> {
    return this.#client.ask('state')
  }

  /** Resolves when it holds all of `ids`. */
  async holds(room: string, ids: readonly string[]): Promise<void> {
    await until(`the peer holds ${ids.length} posts of "${room}"`, async () => {
      const held = new Set(await this.ids(room))
      return ids.every((id) => held.has(id))
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]()
  }
}
