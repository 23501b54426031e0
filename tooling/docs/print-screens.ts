/** `pnpm screens`: takes the pictures of docs/screens from running programs. They hold times and keys: each run gives other ones. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { takePictures } from './src/screens/scenes.ts'

const FOLDER = new URL('../../docs/screens/', import.meta.url)

mkdirSync(FOLDER, { recursive: true })
for (const { file, svg } of await takePictures()) {
  writeFileSync(new URL(file, FOLDER), svg)
  console.log(`took docs/screens/${file}`)
}
