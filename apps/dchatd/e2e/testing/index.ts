/** What pictures are taken of. */
export { launchBrowser } from './browser.ts'
export { Neighbourhood } from './neighbourhood.ts'
export { NetPage } from './net-page.ts'
