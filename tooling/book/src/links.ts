/** What Markdown files point to: every file and heading of the repository has to be there; other places are only looked at for their form. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import type { Nodes, Root } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { toString } from 'mdast-util-to-string'
import Slugger from 'github-slugger'
import { visit } from 'unist-util-visit'

/** Of folders that are made, and of those that hold other people's files. */
const MADE = /(^|\/)(node_modules|dist|coverage|\.turbo|\.git)(\/|$)/
const SCHEMES = ['http:', 'https:', 'mailto:']

interface Link {
  readonly url: string
  readonly line: number
}

interface Document {
  readonly links: readonly Link[]
  /** What can stand behind the `#` of a link to it. */
  readonly anchors: ReadonlySet<string>
}

/** The links of all Markdown files under `root` that lead nowhere, each as `FILE:LINE: URL: what is wrong`. */
export function brokenLinks(root: string): string[] {
  const files = globSync('**/*.md', { cwd: root, exclude: (path) => MADE.test(path) }).toSorted()
  const documents = new Map(files.map((file) => [resolve(root, file), readDocument(readFileSync(join(root, file), 'utf8'))]))
  return [...documents].flatMap(([path, { links }]) =>
    links.flatMap(({ url, line }) => {
      const fault = faultOf(url, { root, path, documents })
      return fault === undefined ? [] : [`${relative(root, path)}:${line}: ${url}: ${fault}`]
    }),
  )
}

function readDocument(markdown: string): Document {
  const tree: Root = fromMarkdown(markdown)
  const slugger = new Slugger()
  const links: Link[] = []
  const anchors = new Set<string>()
  visit(tree, (node) => {
    const line = node.position?.start.line ?? 0
    if (node.type === 'heading') anchors.add(slugger.slug(toString(node)))
    for (const url of urlsIn(node)) links.push({ url, line })
    if (node.type === 'html') for (const [, , id] of node.value.matchAll(/\s(id|name)="([^"]*)"/g)) anchors.add(id!)
  })
  return { links, anchors }
}

function urlsIn(node: Nodes): string[] {
  if (node.type === 'link' || node.type === 'image' || node.type === 'definition') return [node.url]
  return node.type === 'html' ? Array.from(node.value.matchAll(/\s(?:href|src)="([^"]*)"/g), ([, url]) => url!) : []
}

interface Place {
  readonly root: string
  /** The file that the link stands in. */
  readonly path: string
  readonly documents: ReadonlyMap<string, Document>
}

function faultOf(url: string, { root, path, documents }: Place): string | undefined {
  if (/^[a-z][a-z\d+.-]*:/i.test(url))
    return URL.canParse(url) && SCHEMES.includes(new URL(url).protocol) ? undefined : 'no web address'
  const [file = '', anchor] = url.split('#')
  const target = file === '' ? path : resolve(dirname(path), decodeURIComponent(file))
  const inside = relative(root, target)
  if (file.startsWith('/') || inside.startsWith('..') || MADE.test(inside)) return 'not in the repository'
  if (!existsSync(target)) return 'there is no such file'
  if (anchor === undefined) return undefined
  return documents.get(target)?.anchors.has(decodeURIComponent(anchor)) === true ? undefined : 'there is no such heading'
}
