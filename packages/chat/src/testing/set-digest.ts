/** What a node offers, as one hash: two nodes hold byte-equal sets of ids when their hashes are equal. */
import type { Place, PostStore } from '@dchat/store'
import { createHash } from 'node:crypto'

const PAGE = 4_096

export class SetDigest {
  readonly #posts: PostStore

  constructor(posts: PostStore) {
    this.#posts = posts
  }

  /** Over the rooms by name, and of each room that has posts the ids in order. */
  take(): { readonly digest: string; readonly posts: number } {
    const hash = createHash('sha256')
    let posts = 0
    const rooms = this.#posts.rooms().map(({ room }) => room)
    for (const room of rooms.toSorted()) {
      const before = posts
      for (const { id } of this.places(room)) {
        if (posts === before) hash.update(`\0${room}\0`)
        posts += 1
        hash.update(id)
      }
    }
    return { digest: hash.digest('hex'), posts }
  }

  *places(room: string): Iterable<Place> {
    let after: Place | undefined
    for (;;) {
      const page = this.#posts.places(room, { ...(after === undefined ? {} : { after }), limit: PAGE })
      yield* page
      after = page.at(-1)
      if (page.length < PAGE) return
    }
  }
}
