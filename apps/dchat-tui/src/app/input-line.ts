/** What keys do to the input line: editing, earlier lines, completion, pastes. Everything goes into the state. */
import { completed, mayBeCommand, marked, offered, taken } from '../input/completion.ts'
import { applyEdit, hasRoomFor, insertText, inputText, setText } from '../input/editor.ts'
import type { EditCommand, Editor } from '../input/editor.ts'
import { movedBetweenRows } from '../input/editor-layout.ts'
import { startSearch } from '../input/history-search.ts'
import { recallNewer, recallOlder } from '../input/recall.ts'
import { MAX_INPUT_BYTES } from '../limits.ts'
import { vocabulary } from '../state/selectors.ts'
import type { Store } from '../state/store.ts'
import { inputWidth } from '../view/screen.ts'
import type { ScreenContext } from '../view/screen.ts'

export interface InputLineDeps {
  readonly store: Store
  readonly context: ScreenContext
}

export class InputLine {
  readonly #deps: InputLineDeps

  constructor(deps: InputLineDeps) {
    this.#deps = deps
  }

  get isEmpty(): boolean {
    return this.#deps.store.state.editor.text === ''
  }

  /** What is typed; offers what a command may become. */
  insert(text: string): void {
    const { editor } = this.#deps.store.state
    this.#typed(insertText(editor, text))
    if (!hasRoomFor(editor, text)) this.#sayFull()
  }

  edit(command: EditCommand): void {
    this.#typed(applyEdit(this.#deps.store.state.editor, command))
  }

  /** In place of all, at once: one undo step. */
  replace(text: string): void {
    const { store } = this.#deps
    store.dispatch({ type: 'edited', editor: setText(store.state.editor, text) })
    if (Buffer.byteLength(inputText(text)) > MAX_INPUT_BYTES) this.#sayFull()
  }

  /** A paste, into the input and never sent; of many lines, or more than fits, after a question. */
  paste(text: string, isCut = false): void {
    const { store } = this.#deps
    const clean = inputText(text).replace(/\n$/u, '')
    const lines = clean.split('\n').length
    const fits = hasRoomFor(store.state.editor, clean)
    if (lines <= store.state.settings.pasteLines && fits && !isCut) this.insert(clean)
    else store.dispatch({ type: 'overlay', overlay: { kind: 'paste', text: clean, lines, fits, isCut } })
  }

  /** A row up or down; through what is offered, or to another line of this room, where there is no such row. */
  upOrDown(by: 1 | -1): void {
    const { store, context } = this.#deps
    const { editor, completion, screen, room } = store.state
    if (completion !== null && completion.candidates.length > 1) {
      store.dispatch({ type: 'edited', ...marked(editor, completion, by) })
      return
    }
    const moved = movedBetweenRows(editor, { width: inputWidth(screen.columns, context.glyphs), by })
    if (moved === null) this.recall(by, room)
    else store.dispatch({ type: 'edited', editor: moved })
  }

  /** The input line before or after the shown one; `where` it was typed, with null in any room. */
  recall(by: 1 | -1, where: string | null): void {
    const { store } = this.#deps
    const { editor, recall } = store.state
    const found = by === -1 ? recallOlder(recall, editor.text, where) : recallNewer(recall, where)
    if (found !== null) store.dispatch({ type: 'recalled', recall: found.recall, editor: setText(editor, found.text) })
  }

  searchHistory(): void {
    const { store } = this.#deps
    store.dispatch({ type: 'overlay', overlay: { kind: 'search', search: startSearch(store.state.editor.text) } })
  }

  complete(by: 1 | -1): void {
    const { store } = this.#deps
    const result = completed(store.state, vocabulary(store.state), by)
    if (result !== null) this.#taken(result)
  }

  /** Takes what Up or Down marked, if anything; tells whether it did. */
  takeMarked(): boolean {
    const { editor, completion } = this.#deps.store.state
    if (completion?.stage !== 'chosen') return false
    this.#taken(taken(editor, completion, completion.at))
    return true
  }

  /** Offers nothing more until something is typed; tells whether anything was offered. */
  closePopup(): boolean {
    const { store } = this.#deps
    if (store.state.completion === null) return false
    store.dispatch({ type: 'edited', editor: store.state.editor })
    return true
  }

  /** One that was the only one is done with: what follows it is offered. */
  #taken(result: ReturnType<typeof taken>): void {
    if (result.completion.candidates.length === 1) this.#typed(result.editor)
    else this.#deps.store.dispatch({ type: 'edited', ...result })
  }

  #typed(editor: Editor): void {
    const { store } = this.#deps
    const completion = mayBeCommand(editor.text) ? offered(editor, vocabulary(store.state)) : null
    store.dispatch({ type: 'edited', editor, completion })
  }

  #sayFull(): void {
    const text = `the input is full: a line has at most ${MAX_INPUT_BYTES.toLocaleString('en')} bytes`
    this.#deps.store.dispatch({ type: 'hint', hint: { level: 'error', text } })
  }
}
