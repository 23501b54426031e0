/** The picture of docs/net-page.md: the page of the network of a node that talks with others, in a real browser. */
import { Neighbourhood, NetPage, launchBrowser } from 'dchatd/e2e'
import { palettePng } from './palette-png.ts'

/** Its file in docs/screens, and what it shows for those who do not see it. */
export const NET_PICTURE = {
  file: 'net.png',
  title:
    'The page of the network: this node in the middle of its channels, slots, traffic by command, channels, hosts by list and events',
} as const

const VIEW = { viewport: { width: 1_000, height: 800 }, colorScheme: 'light' } as const

/** Runs in an empty page: the pixels of a picture, four bytes each. */
const PIXELS = `async (url) => {
  const image = await createImageBitmap(await (await fetch(url)).blob())
  const { width, height } = image
  const context = new OffscreenCanvas(width, height).getContext('2d')
  context.drawImage(image, 0, 0)
  return { width, height, base64: new Uint8Array(context.getImageData(0, 0, width, height).data.buffer).toBase64() }
}`

/** @throws {Error} when the page did not come to show what it should */
export async function takeNetPicture(): Promise<Buffer> {
  await using around = await Neighbourhood.gathered()
  await using stack = new AsyncDisposableStack()
  const browser = await launchBrowser()
  stack.defer(() => browser.close())
  const shown = stack.use(await NetPage.of(browser, around.middle, VIEW))
  await around.caller.client.call('chat.send', { text: 'look, we are in a picture' })
  await shown.reads('#events li', 'send post to')
  await shown.page.focus('#graph')
  await shown.page.keyboard.press('ArrowRight')
  await shown.reads('#chosen', 'now')
  await shown.page.fill('#filter', 'post')
  await shown.reads('#events-summary', 'event')
  const picture = await shown.page.screenshot({ fullPage: true })
  const reader = await browser.newPage()
  const { width, height, base64 } = await reader.evaluate<{ width: number; height: number; base64: string }>(
    `(${PIXELS})('data:image/png;base64,${picture.toString('base64')}')`,
  )
  return palettePng({ width, height, pixels: Buffer.from(base64, 'base64') })
}
