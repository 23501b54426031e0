/**
 * The bytes a terminal sends, as what is meant by them: text, keys, pastes, the wheel, focus. Pure: any cutting of the bytes gives
 * the same events, and whatever comes is bounded, ends, and leaves the keys after it alone.
 */
import { MAX_ANSWER_BYTES, MAX_SEQUENCE_BYTES } from '../limits.ts'
import { characterChord, controlChord, NO_MODIFIERS } from './chord.ts'
import { decodeControlSequence, decodeOldMouse, decodeSingleShift } from './key-sequences.ts'
import type { InputEvent } from './key-sequences.ts'
import { PasteCollector } from './paste-collector.ts'

/** What has begun and not come to its end. `alt`: there was an `ESC` before it. */
type Pending =
  | { at: 'escape'; alt: boolean }
  | { at: 'control'; alt: boolean; parameters: string }
  | { at: 'singleShift'; alt: boolean; parameters: string }
  /** `introducer`: the key it is with Alt, unless an answer of the terminal follows. */
  | { at: 'introducer'; introducer: keyof typeof ANSWER_STARTS }
  | { at: 'answer'; length: number; isEnding: boolean }
  | { at: 'altText' }
  | { at: 'oldMouse'; bytes: number[] }
  | { at: 'paste'; paste: PasteCollector }

const ESC = 0x1b
const BEL = 0x07
const CANCEL = 0x18
const SUBSTITUTE = 0x1a
/** What terminals answer begins with one of these after `ESC` and the introducer (OSC, DCS, APC); else that was Alt and a key. */
const ANSWER_STARTS = { ']': /[\d]/u, P: /[\d>!$+|=?]/u, _: /G/u } as const

export class TerminalDecoder {
  #text = new TextDecoder('utf-8', { ignoreBOM: true })
  #isTextOpen = false
  #pending: Pending | null = null
  #events: InputEvent[] = []

  /** What `chunk` brings to its end, in order. */
  push(chunk: Uint8Array): InputEvent[] {
    let at = 0
    while (at < chunk.length) at = this.#take(chunk, at)
    return this.#taken()
  }

  /** How long what has begun may be waited for: a key that may be alone is told soon. Null while nothing has begun. */
  get waits(): 'short' | 'long' | 'paste' | null {
    const pending = this.#pending
    if (pending === null) return null
    if (pending.at === 'paste') return 'paste'
    const isKey = pending.at === 'escape' || pending.at === 'introducer'
    return isKey || ('parameters' in pending && pending.parameters === '') ? 'short' : 'long'
  }

  /** Nothing came for a while: what has begun is a key alone, or is dropped; a paste ends. */
  flush(): InputEvent[] {
    const pending = this.#pending
    this.#pending = null
    if (pending === null || pending.at === 'altText') this.#endText(pending !== null)
    else this.#giveUp(pending)
    return this.#taken()
  }

  #giveUp(pending: Exclude<Pending, { at: 'altText' }>): void {
    switch (pending.at) {
      case 'escape':
        if (pending.alt) this.#key('esc')
        return this.#key('esc')
      case 'control':
      case 'singleShift':
        if (pending.parameters !== '') return
        if (pending.alt) this.#key('esc')
        return this.#altKey(pending.at === 'control' ? '[' : 'O')
      case 'introducer':
        return this.#altKey(pending.introducer)
      case 'paste':
        return this.#emit({ type: 'paste', ...pending.paste.finish() })
      case 'answer':
      case 'oldMouse':
    }
  }

  /** Takes one byte or more from `at` on; the offset after them. A byte that does not belong to what has begun is looked at again. */
  #take(chunk: Uint8Array, at: number): number {
    const pending = this.#pending
    const byte = chunk[at]!
    if (pending === null) return this.#takeText(chunk, at)
    switch (pending.at) {
      case 'escape':
        return this.#afterEscape(byte, pending.alt) ? at + 1 : at
      case 'control':
        return this.#inControl(byte, pending) ? at + 1 : at
      case 'singleShift':
        return this.#inSingleShift(byte, pending) ? at + 1 : at
      case 'introducer':
        return this.#afterIntroducer(byte, pending.introducer) ? at + 1 : at
      case 'answer':
        return this.#inAnswer(byte, pending) ? at + 1 : at
      case 'altText':
        return this.#inAltText(byte) ? at + 1 : at
      case 'oldMouse':
        pending.bytes.push(byte)
        if (pending.bytes.length === 3) this.#finish(decodeOldMouse(pending.bytes[0]!))
        return at + 1
      case 'paste': {
        const end = pending.paste.push(chunk, at)
        if (end === -1) return chunk.length
        this.#finish({ type: 'paste', ...pending.paste.finish() })
        return end
      }
    }
  }

  #takeText(chunk: Uint8Array, from: number): number {
    let at = from
    while (at < chunk.length && isText(chunk[at]!)) at += 1
    if (at > from) {
      this.#typed(this.#text.decode(chunk.subarray(from, at), { stream: true }))
      this.#isTextOpen = true
      return at
    }
    const byte = chunk[at]!
    this.#endText()
    if (byte === ESC) this.#pending = { at: 'escape', alt: false }
    else this.#key(controlChord(byte, false))
    return at + 1
  }

  #afterEscape(byte: number, alt: boolean): boolean {
    this.#pending = null
    const character = String.fromCharCode(byte)
    if (character === '[' || character === 'O') {
      this.#pending = { at: character === '[' ? 'control' : 'singleShift', alt, parameters: '' }
      return true
    }
    if (alt) {
      // Escape, and then another one that begins something else.
      this.#key('esc')
      this.#pending = { at: 'escape', alt: false }
      return false
    }
    if (byte === ESC) this.#pending = { at: 'escape', alt: true }
    else if (isIntroducer(character)) this.#pending = { at: 'introducer', introducer: character }
    else if (byte >= 0x80) {
      this.#pending = { at: 'altText' }
      return false
    } else if (byte < 0x20 || byte === 0x7f) this.#key(controlChord(byte, true))
    else this.#altKey(character)
    return true
  }

  #inControl(byte: number, pending: Extract<Pending, { at: 'control' }>): boolean {
    const { parameters, alt } = pending
    const character = String.fromCharCode(byte)
    if (parameters === '' && character === 'M') {
      this.#pending = { at: 'oldMouse', bytes: [] }
      return true
    }
    const isRxvt = character === '$' && /^\d{1,2}$/u.test(parameters)
    if ((byte >= 0x20 && byte < 0x40 && !isRxvt) || (character === '[' && parameters === '')) {
      // One that is too long is no key, however it ends.
      pending.parameters = parameters.length < MAX_SEQUENCE_BYTES ? parameters + character : parameters
      return true
    }
    if (!isRxvt && (byte < 0x40 || byte > 0x7e)) return this.#broken(byte)
    const event = parameters.length < MAX_SEQUENCE_BYTES ? decodeControlSequence({ parameters, final: character, alt }) : null
    if (event === 'pasteStart') this.#pending = { at: 'paste', paste: new PasteCollector() }
    else this.#finish(event)
    return true
  }

  #inSingleShift(byte: number, pending: Extract<Pending, { at: 'singleShift' }>): boolean {
    const { parameters, alt } = pending
    const character = String.fromCharCode(byte)
    if (/[\d;]/u.test(character) && parameters.length < MAX_SEQUENCE_BYTES) {
      pending.parameters += character
      return true
    }
    if (byte < 0x40 || byte > 0x7e) return this.#broken(byte)
    this.#finish(decodeSingleShift({ parameters, final: character, alt }))
    return true
  }

  #afterIntroducer(byte: number, introducer: keyof typeof ANSWER_STARTS): boolean {
    this.#pending = null
    const isAnswer = ANSWER_STARTS[introducer].test(String.fromCharCode(byte))
    if (isAnswer) this.#pending = { at: 'answer', length: 0, isEnding: false }
    else this.#altKey(introducer)
    return isAnswer
  }

  /** Answers end with BEL or `ESC \`; whatever else no answer holds ends them too, so that no key is lost to one that has no end. */
  #inAnswer(byte: number, pending: Extract<Pending, { at: 'answer' }>): boolean {
    if (pending.isEnding) {
      if (byte !== 0x5c) this.#pending = { at: 'escape', alt: false }
      else this.#pending = null
      return byte === 0x5c
    }
    if (byte === ESC) {
      pending.isEnding = true
      return true
    }
    if (byte < 0x20 || byte === 0x7f) return this.#broken(byte) || byte === BEL
    pending.length += 1
    if (pending.length > MAX_ANSWER_BYTES) this.#pending = null
    return true
  }

  #inAltText(byte: number): boolean {
    if (byte < 0x80) {
      this.#pending = null
      this.#endText(true)
      return false
    }
    const [character = '', ...rest] = this.#text.decode(Uint8Array.of(byte), { stream: true })
    this.#isTextOpen = true
    if (character === '') return true
    this.#pending = null
    if (character !== '\ufffd') this.#key(characterChord(character, { ...NO_MODIFIERS, alt: true }))
    this.#typed(rest.join(''))
    return true
  }

  /** A sequence that goes on as none does is dropped; tells whether `byte` goes with it. */
  #broken(byte: number): boolean {
    this.#pending = null
    return byte === CANCEL || byte === SUBSTITUTE
  }

  #finish(event: InputEvent | null): void {
    this.#pending = null
    if (event?.type === 'text') this.#typed(event.text)
    else if (event !== null) this.#emit(event)
  }

  /** What is left of a character that was cut short; `isDropped` when it was no text. */
  #endText(isDropped = false): void {
    if (!this.#isTextOpen) return
    this.#isTextOpen = false
    const rest = this.#text.decode()
    if (!isDropped) this.#typed(rest)
  }

  #typed(text: string): void {
    if (text === '') return
    const last = this.#events.at(-1)
    if (last?.type === 'text') this.#events[this.#events.length - 1] = { type: 'text', text: last.text + text }
    else this.#emit({ type: 'text', text })
  }

  #altKey(character: string): void {
    this.#key(characterChord(character, { ...NO_MODIFIERS, alt: true }))
  }

  #key(chord: string): void {
    this.#emit({ type: 'key', chord })
  }

  #emit(event: InputEvent): void {
    this.#events.push(event)
  }

  #taken(): InputEvent[] {
    const events = this.#events
    this.#events = []
    return events
  }
}

function isText(byte: number): boolean {
  return byte >= 0x20 && byte !== 0x7f
}

function isIntroducer(character: string): character is keyof typeof ANSWER_STARTS {
  return character in ANSWER_STARTS
}
