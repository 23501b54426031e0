import { expect, test } from 'vitest'
import { DOCUMENTS } from './documents.ts'
import { fileAsItIs, fileAsPrinted } from './printed-document.ts'

test.each(DOCUMENTS.map((document) => [`${document.file} ${document.marker ?? ''}`, document] as const))(
  '%s is as printed: run "pnpm print-docs" after a change of what it is printed from',
  async (_name, document) => {
    expect(fileAsItIs(document)).toBe(await fileAsPrinted(document))
  },
)

test('a file without the markers is an error that names them', async () => {
  await expect(fileAsPrinted({ file: 'docs/wire.md', marker: 'x', text: () => '' })).rejects.toThrow('<!-- printed: x -->')
})
