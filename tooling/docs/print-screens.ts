/**
 * `pnpm screens`: takes the pictures of docs/screens from running programs. They hold times and keys: each run
 * gives other ones. `pnpm screens net.png` takes that of the page alone; it needs Debian's chromium.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { NET_PICTURE, takeNetPicture } from './src/screens/net-picture.ts'
import { takePictures } from './src/screens/scenes.ts'

const FOLDER = new URL('../../docs/screens/', import.meta.url)

mkdirSync(FOLDER, { recursive: true })
const only = process.argv[2]
const keep = (file: string, picture: string | Uint8Array): void => {
  writeFileSync(new URL(file, FOLDER), picture)
  console.log(`took docs/screens/${file}`)
}
if (only !== NET_PICTURE.file) for (const { file, svg } of await takePictures()) keep(file, svg)
keep(NET_PICTURE.file, await takeNetPicture())
