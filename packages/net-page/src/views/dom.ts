/** Elements of the page. Text is only ever set as text: nothing that came from the daemon is read as markup. */

const SVG = 'http://www.w3.org/2000/svg'

/** The element of this id. @throws {TypeError} where page.html has none of this kind */
export function byId<E extends Element>(id: string, kind: abstract new () => E): E {
  const element = document.getElementById(id)
  if (element instanceof kind) return element
  throw new TypeError(`page.html has no ${kind.name} "${id}"`)
}

export function make<K extends keyof HTMLElementTagNameMap>(tag: K, className = '', text = ''): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  if (className !== '') element.className = className
  element.textContent = text
  return element
}

export function makeSvg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number>>,
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag)
  setAttributes(element, attributes)
  return element
}

/** Only what is another than before is touched: what stays the same does not flicker, nor is it read aloud again. */
export function setAttributes(element: Element, attributes: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(attributes))
    if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value))
}

export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

export function setHidden(element: HTMLElement, isHidden: boolean): void {
  if (element.hidden !== isHidden) element.hidden = isHidden
}

/** Children of `parent`, one for each item, kept by key: an element stays the same as long as its item is there. */
export class KeyedChildren<T, E extends Element> {
  readonly #parent: Element
  readonly #keyOf: (item: T) => string
  readonly #create: (item: T) => E
  #known = new Map<string, E>()

  constructor(parent: Element, options: { keyOf: (item: T) => string; create: (item: T) => E }) {
    this.#parent = parent
    this.#keyOf = options.keyOf
    this.#create = options.create
  }

  /** @param fill brings an element up to date */
  update(items: readonly T[], fill: (element: E, item: T, index: number) => void): void {
    const known = new Map<string, E>()
    let at = this.#parent.firstElementChild
    for (const [index, item] of items.entries()) {
      const key = this.#keyOf(item)
      const element = this.#known.get(key) ?? this.#create(item)
      this.#known.delete(key)
      known.set(key, element)
      fill(element, item, index)
      if (element === at) at = at.nextElementSibling
      else this.#parent.insertBefore(element, at)
    }
    for (const element of this.#known.values()) element.remove()
    this.#known = known
  }
}
