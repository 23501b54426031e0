/** `pnpm print-docs`: prints the documents that are made from data. Says which have changed. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { DOCUMENTS } from './src/documents.ts'
import { fileAsItIs, fileAsPrinted, pathOf } from './src/printed-document.ts'

for (const document of DOCUMENTS) {
  const printed = await fileAsPrinted(document)
  if (printed === fileAsItIs(document)) continue
  mkdirSync(dirname(pathOf(document)), { recursive: true })
  writeFileSync(pathOf(document), printed)
  console.log(`printed ${document.file}${document.marker === undefined ? '' : `: ${document.marker}`}`)
}
