/** A terminal without a window: what is written to it becomes a grid of cells, as wide as modern terminals draw them. */
import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes'
import headless from '@xterm/headless'
import type { Terminal } from '@xterm/headless'

/** Of the 256 colours of a terminal one, or one of 2^24; null for the terminal's own. */
export type CellColor = { readonly isRgb: boolean; readonly value: number } | null

export interface TerminalCell {
  readonly text: string
  /** 1 or 2. */
  readonly columns: number
  readonly color: CellColor
  readonly background: CellColor
  readonly isBold: boolean
  readonly isDim: boolean
  readonly isItalic: boolean
  readonly isInverse: boolean
  readonly isInvisible: boolean
  readonly isUnderlined: boolean
  readonly isBlinking: boolean
}

export class TestTerminal {
  readonly #terminal: Terminal
  title = ''
  /** What programs asked to be put on the clipboard, as it was asked. */
  readonly clipboard: string[] = []

  /** @param size.isPty whether a pty in front of it turns LF into CR LF already. */
  constructor(size: { columns: number; rows: number; isPty?: boolean }) {
    this.#terminal = new headless.Terminal({
      cols: size.columns,
      rows: size.rows,
      allowProposedApi: true,
      scrollback: 1_000,
      convertEol: size.isPty !== true,
    })
    this.#terminal.loadAddon(new UnicodeGraphemesAddon())
    this.#terminal.onTitleChange((title) => {
      this.title = title
    })
    this.#terminal.parser.registerOscHandler(52, (data) => this.clipboard.push(data) > 0)
  }

  /** Resolves once all of `data` has been drawn. */
  write(data: string): Promise<void> {
    return new Promise((resolve) => this.#terminal.write(data, resolve))
  }

  /** What the terminal answers to what was written, as to a real program. */
  onAnswer(listener: (data: string) => void): void {
    this.#terminal.onData(listener)
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows)
  }

  /** The rows on screen, trailing blanks cut. */
  get rows(): string[] {
    const buffer = this.#terminal.buffer.active
    return Array.from({ length: this.#terminal.rows }, (_, row) => this.#row(buffer.viewportY + row))
  }

  /** The rows on screen and those that left it upwards, oldest first. */
  get allRows(): string[] {
    return Array.from({ length: this.#terminal.buffer.active.length }, (_, row) => this.#row(row))
  }

  get text(): string {
    return this.rows.join('\n')
  }

  get cursor(): { x: number; y: number } {
    const buffer = this.#terminal.buffer.active
    return { x: buffer.cursorX, y: buffer.cursorY }
  }

  get isAlternate(): boolean {
    return this.#terminal.buffer.active.type === 'alternate'
  }

  /** Modes that programs turn on and off. */
  get modes(): Terminal['modes'] {
    return { ...this.#terminal.modes }
  }

  /** The colours and styles of row `row` on screen, cell by cell. */
  styles(row: number): string[] {
    return this.cells(row).map((cell) => JSON.stringify({ ...cell, text: '', columns: 0 }))
  }

  /** Row `row` on screen, column by column; the second column of a wide character has no cell. */
  cells(row: number): TerminalCell[] {
    const buffer = this.#terminal.buffer.active
    const line = buffer.getLine(buffer.viewportY + row)
    return Array.from({ length: this.#terminal.cols }, (_, column) => line?.getCell(column))
      .filter((cell) => cell !== undefined && cell.getWidth() > 0)
      .map((cell) => ({
        text: cell!.getChars() === '' ? ' ' : cell!.getChars(),
        columns: cell!.getWidth(),
        color: cell!.isFgDefault() ? null : { isRgb: cell!.isFgRGB(), value: cell!.getFgColor() },
        background: cell!.isBgDefault() ? null : { isRgb: cell!.isBgRGB(), value: cell!.getBgColor() },
        isBold: cell!.isBold() !== 0,
        isDim: cell!.isDim() !== 0,
        isItalic: cell!.isItalic() !== 0,
        isInverse: cell!.isInverse() !== 0,
        isInvisible: cell!.isInvisible() !== 0,
        isUnderlined: cell!.isUnderline() !== 0,
        isBlinking: cell!.isBlink() !== 0,
      }))
  }

  #row(row: number): string {
    return this.#terminal.buffer.active.getLine(row)?.translateToString(true, 0, this.#terminal.cols) ?? ''
  }

  /** Whether any cell of row `row` has a style. */
  isStyled(row: number): boolean {
    const line = this.#terminal.buffer.active.getLine(row)
    if (line === undefined) return false
    return Array.from({ length: this.#terminal.cols }, (_, column) => line.getCell(column)).some(
      (cell) =>
        cell !== undefined &&
        !(
          cell.isFgDefault() &&
          cell.isBgDefault() &&
          cell.isInverse() === 0 &&
          cell.isBold() === 0 &&
          cell.isInvisible() === 0 &&
          cell.isDim() === 0
        ),
    )
  }
}
