/** A table that is brought up to date row by row. */
import { KeyedChildren, make, setText } from './dom.ts'

export interface Column<T> {
  readonly title: string
  /** `number` stands to the right; `long` may break. @default neither */
  readonly kind?: 'number' | 'long'
  readonly cell: (item: T) => string
}

export class TableView<T> {
  readonly #columns: readonly Column<T>[]
  readonly #rows: KeyedChildren<T, HTMLTableRowElement>

  /** @param table empty */
  constructor(table: HTMLTableElement, options: { columns: readonly Column<T>[]; keyOf(item: T): string }) {
    this.#columns = options.columns
    const head = make('tr')
    for (const { title, kind = '' } of options.columns) {
      const cell = make('th', kind, title)
      cell.scope = 'col'
      head.append(cell)
    }
    const [top, body] = [make('thead'), make('tbody')]
    top.append(head)
    table.append(top, body)
    this.#rows = new KeyedChildren(body, { keyOf: (item) => options.keyOf(item), create: () => this.#newRow() })
  }

  update(items: readonly T[]): void {
    this.#rows.update(items, (row, item) => {
      for (const [index, { cell }] of this.#columns.entries()) setText(row.cells[index]!, cell(item))
    })
  }

  #newRow(): HTMLTableRowElement {
    const row = make('tr')
    for (const { kind = '' } of this.#columns) row.append(make('td', kind))
    return row
  }
}
