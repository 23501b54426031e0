import { readFileSync, readdirSync } from 'node:fs'
import { homedir, hostname, tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { NET_PICTURE } from './net-picture.ts'
import { PICTURES } from './scenes.ts'

const DOCS = new URL('../../../../docs/', import.meta.url)
const page = readFileSync(new URL('tui.md', DOCS), 'utf8')

test('each picture is there, and is shown in docs/tui.md with words for those who do not see it', () => {
  const names = Object.keys(PICTURES)
  const files = [...names.map((name) => `${name}.svg`), NET_PICTURE.file]
  expect(readdirSync(new URL('screens/', DOCS)).toSorted()).toEqual(files.toSorted())
  for (const [name, title] of Object.entries(PICTURES)) expect(page).toContain(`![${title}](screens/${name}.svg)`)
  expect(page.match(/\(screens\//gu)).toHaveLength(names.length)
})

test.each(Object.entries(PICTURES))(
  '%s is a whole screen, and holds nothing of the machine that it was taken on',
  (name, title) => {
    const svg = readFileSync(new URL(`screens/${name}.svg`, DOCS), 'utf8')
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="944" [^]*<\/svg>\n$/u)
    expect(svg).toContain(`<title>${title}</title>`)
    expect(svg.match(/<text /gu)!.length).toBeGreaterThan(8)
    for (const word of [homedir(), tmpdir(), hostname()]) expect(svg).not.toContain(`${word}/`)
  },
)

test('so is the picture of the page of the network, which is short enough to be read on any link', () => {
  const { file, title } = NET_PICTURE
  expect(readFileSync(new URL('net-page.md', DOCS), 'utf8')).toContain(`![${title}](screens/${file})`)
  const png = readFileSync(new URL(`screens/${file}`, DOCS))
  expect([png.subarray(1, 4).toString(), png.length < 150_000]).toEqual(['PNG', true])
  expect([png.readUInt32BE(16), png.readUInt32BE(20) > 1_000]).toEqual([1_000, true])
})
