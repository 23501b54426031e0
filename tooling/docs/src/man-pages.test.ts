import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { MAN_PAGES } from './man-pages.ts'
import { pathOf } from './printed-document.ts'

test.each(MAN_PAGES.map((page) => [page.file, page] as const))('mandoc has nothing against %s', (_, page) => {
  const { stdout, error } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning', pathOf(page)], { encoding: 'utf8' })
  expect([error, stdout]).toEqual([undefined, ''])
})

test('the pages are those of the version that the packages have', () => {
  for (const page of MAN_PAGES) {
    const { version } = JSON.parse(readFileSync(new URL('../../../apps/dchatd/package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    expect(readFileSync(pathOf(page), 'utf8')).toContain(`"dchat ${version}"`)
  }
})
