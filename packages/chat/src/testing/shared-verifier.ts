/** Verification for many nodes in one process: the real one, once for each post. */
import type { Post } from '../post/post.ts'

/** What of a verifier a node uses. */
export interface Verifier {
  verify(post: Post): Promise<boolean>
  verifySync(post: Post): boolean
}

/** Remembers verdicts by id, which covers every byte of a post; never on another thread, so that runs repeat themselves. */
export class SharedVerifier implements Verifier {
  readonly #verifier: Verifier
  readonly #verdicts = new Map<string, boolean>()

  constructor(verifier: Verifier) {
    this.#verifier = verifier
  }

  /** Posts that were really verified. */
  get verified(): number {
    return this.#verdicts.size
  }

  verify(post: Post): Promise<boolean> {
    return Promise.resolve(this.verifySync(post))
  }

  verifySync(post: Post): boolean {
    const key = post.id.toString('latin1')
    let verdict = this.#verdicts.get(key)
    if (verdict === undefined) {
      verdict = this.#verifier.verifySync(post)
      this.#verdicts.set(key, verdict)
    }
    return verdict
  }
}
