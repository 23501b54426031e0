/** Who this node is, how it stands with the daemon, and what is wrong; the door, where a secret is needed. */
import { formatSpan, safeText } from '../format.ts'
import type { LinkState, PageState } from '../state.ts'
import { byId, setHidden, setText } from './dom.ts'

export class HeadView {
  readonly #link = byId('link', HTMLElement)
  readonly #door = byId('door', HTMLElement)
  readonly #main = byId('main', HTMLElement)
  readonly #problem = byId('problem', HTMLElement)

  /** @param enter hears what the user has entered */
  constructor(enter: (secret: string) => void) {
    const secret = byId('secret', HTMLInputElement)
    byId('door-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault()
      const { value } = secret
      secret.value = ''
      enter(value.trim())
    })
  }

  update({ link, node, status }: PageState): void {
    setText(this.#link, linkInWords(link))
    this.#link.className = link.at
    setHidden(this.#door, link.at !== 'locked')
    setHidden(this.#main, status === undefined)
    setText(byId('door-text', HTMLElement), link.at === 'locked' ? link.text : '')
    const problem = status?.problem
    setHidden(this.#problem, problem === null || problem === undefined)
    setText(this.#problem, problem === null || problem === undefined ? '' : safeText(`${problem.text} ${problem.hint}`, 600))
    setText(byId('node', HTMLElement), node === undefined ? '' : nodeInWords(node))
  }
}

function linkInWords(link: LinkState): string {
  switch (link.at) {
    case 'opening':
      return 'opening …'
    case 'live':
      return 'live'
    case 'locked':
      return 'closed'
    case 'waiting':
      return `${link.text} Trying again in ${formatSpan(link.retryMs)}.`
  }
}

function nodeInWords(node: NonNullable<PageState['node']>): string {
  const { name, version, state, uptime_s: uptimeS, nick, protocol, external_addrs: told } = node
  const who = nick === null ? name : `${safeText(nick, 40)}: ${name}`
  const where = told.length === 0 ? 'tells peers no address' : `told to peers: ${safeText(told.join(' '), 200)}`
  return `${who} ${version}, ${protocol.app_name} ${protocol.version}, state ${state}, up ${formatSpan(1_000 * uptimeS)}, ${where}`
}
