/** Where the page begins. What goes wrong in it is shown, so that nobody looks at a blank or a frozen page. */
import { safeText } from './format.ts'
import { Link } from './link/link.ts'
import { FIRST_STATE, reduce } from './state.ts'
import type { Action, PageState } from './state.ts'
import { PageView } from './views/page-view.ts'

function failed(error: unknown): void {
  const place = document.getElementById('mistake')
  if (place === null) return
  place.hidden = false
  place.textContent = `The page has made a mistake; reload it. ${safeText(error instanceof Error ? error.message : String(error), 300)}`
}

function start(): void {
  let state: PageState = FIRST_STATE
  let isDue = false
  const view = new PageView({ dispatch, enter: (secret) => link.enter(secret) })
  const link = new Link({ browser: { location, history, storage: sessionStorage }, dispatch, failed })

  function dispatch(action: Action): void {
    state = reduce(state, action)
    if (isDue) return
    isDue = true
    requestAnimationFrame(() => {
      isDue = false
      view.update(state)
    })
  }

  link.start()
}

addEventListener('error', ({ error }) => failed(error))
addEventListener('unhandledrejection', ({ reason }) => failed(reason))
start()
