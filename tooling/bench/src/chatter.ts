/** Lines as people write them: words by Zipf's law, some lines in Chinese characters. The same seed gives the same lines. */
import { SeededRandom } from '@dchat/system'

const WORDS = 30_000
const CHARACTERS = 6000
const CONSONANTS = 'bcdfghjklmnprstvwz'
const VOWELS = 'aaeeeioouy'

export class Chatter {
  readonly #random: SeededRandom
  /** Common ones first. */
  readonly words: readonly string[]

  constructor(seed: number) {
    this.#random = new SeededRandom(seed)
    const words = new Set<string>()
    while (words.size < WORDS) words.add(this.#word())
    this.words = [...words]
  }

  /** 2 to 23 words, or 4 to 27 characters. */
  line(): string {
    if (this.#random.int(12) === 0) {
      return Array.from({ length: 4 + this.#random.int(24) }, () => this.character(this.#rank(CHARACTERS))).join('')
    }
    return Array.from({ length: 2 + this.#random.int(1 + this.#random.int(22)) }, () => this.words[this.#rank(WORDS)]).join(' ')
  }

  /** Common ones first. */
  character(rank: number): string {
    return String.fromCodePoint(0x4e00 + rank)
  }

  /** Each rank about as often as its inverse. */
  #rank(count: number): number {
    return Math.min(count - 1, Math.floor(count ** (this.#random.int(2 ** 20) / 2 ** 20)) - 1)
  }

  #word(): string {
    let word = ''
    for (let syllables = 1 + this.#random.int(4); syllables > 0; syllables -= 1) {
      word += CONSONANTS[this.#random.int(1 + this.#random.int(CONSONANTS.length))]! + VOWELS[this.#random.int(VOWELS.length)]!
      if (this.#random.int(3) === 0) word += CONSONANTS[this.#random.int(CONSONANTS.length)]!
    }
    return word
  }
}
