import { describe, expect, test } from 'vitest'
import { findLongFunctions, functionsOf } from './functions.ts'
import { findImportOffences, findMatrixOffences, findUnusedFiles, importsOf } from './imports.ts'
import { findKindTables } from './kind-tables.ts'
import { findBrokenLinks } from './links.ts'
import { readSource } from './source-text.ts'
import { codeFile } from './tree.ts'
import {
  findBannedNames,
  findForeignPlaces,
  findLongFiles,
  findOwnerlessWork,
  findSkippedTests,
  findSystemOffences,
} from './words.ts'

/** Every check must see what it is there for: offences are planted here. */
describe('imports', () => {
  test.each<[title: string, path: string, text: string]>([
    ['a lower room', 'src/proxy/a.ts', "import { b } from '../node/b.ts'"],
    ['a type only', 'src/store/a.ts', "import type { B } from '../verdict/b.ts'"],
    ['a type among values', 'src/load/a.ts', "import { b, type B } from '../client/b.ts'"],
    ['a re-export', 'src/verdict/a.ts', "export { b } from '../load/b.ts'"],
    ['an export of everything', 'src/verdict/a.ts', "export * from '../world/b.ts'"],
    ['a side effect', 'src/api/a.ts', "import '../store/b.ts'"],
    ['a call', 'src/api/a.ts', "const b = await import('../store/b.ts')"],
    ['a type in place', 'src/api/a.ts', "let b: import('../store/b.ts').B"],
    ['many lines', 'src/api/a.ts', "import {\n  b,\n  c,\n} from '../store/b.ts'"],
    ['a subfolder', 'src/cluster/a.ts', "import { b } from '../node/probes/b.ts'"],
    ['a subfolder from a subfolder', 'src/node/x/a.ts', "import { b } from '../../api/x/b.ts'"],
    ['the live world', 'src/node/a.ts', "import { b } from '../world/live/b.ts'"],
    ['the live world, from the world', 'src/world/a.ts', "import { b } from './live/b.ts'"],
    ['a module of Node', 'src/node/a.ts', "import { readFileSync } from 'node:fs'"],
    ['a package', 'src/api/a.ts', "import { parse } from 'yaml'"],
    ['a package that nobody chose', 'src/cli/a.ts', "import chalk from 'chalk'"],
    ['a thread', 'src/load/a.ts', "new URL('../node/b.ts', import.meta.url)"],
    ['test code', 'src/load/a.ts', "import { b } from './testing/b.ts'"],
    ['what is no room', 'src/load/a.ts', "import { b } from '../../tests/b.ts'"],
    ['from no room', 'src/a.ts', "import { b } from './base/b.ts'"],
    ['from a room that is not listed', 'src/new/a.ts', "import { b } from '../base/b.ts'"],
  ])('a planted offence is seen: %s', (_title, path, text) => {
    expect(findImportOffences([codeFile(path, text)])).toHaveLength(1)
  })

  test.each<[title: string, path: string, text: string]>([
    ['a higher room', 'src/proxy/a.ts', "import { b } from '../client/b.ts'"],
    ['base', 'src/api/a.ts', "import { b } from '../base/b.ts'"],
    ['its own subfolder', 'src/node/a.ts', "import { b } from './probes/b.ts'"],
    ['its own room from a subfolder', 'src/node/x/a.ts', "import { b } from '../b.ts'"],
    ['cli and the live world', 'src/cli/a.ts', "import { b } from '../world/live/b.ts'"],
    ['cli and Node', 'src/cli/a.ts', "import { b } from 'node:fs'"],
    ['a test', 'src/api/a.test.ts', "import { b } from '../node/probes/b.ts'"],
    ['a comment', 'src/api/a.ts', "// import { b } from '../node/b.ts'"],
    ['a text', 'src/api/a.ts', 'const text = "import { b } from \'../node/b.ts\'"'],
  ])('what is allowed is left alone: %s', (_title, path, text) => {
    expect(findImportOffences([codeFile(path, text)])).toEqual([])
  })

  test('an import is told with its line', () => {
    const file = codeFile('src/api/a.ts', "// one\n\nimport { b } from '../store/b.ts'\n")
    expect(importsOf(file)).toEqual([{ from: 'src/api/a.ts', line: 3, specifier: '../store/b.ts' }])
  })

  test('a matrix with a circle is seen, and one with an unknown room', () => {
    expect(findMatrixOffences({ a: ['b'], b: ['a'] })).toHaveLength(1)
    expect(findMatrixOffences({ a: [], b: ['c'] })).toHaveLength(1)
    expect(findMatrixOffences({ a: ['a'] })).toHaveLength(1)
    expect(findMatrixOffences({ a: [], b: ['a'] })).toEqual([])
  })

  test('a file that only its own test uses is seen as unused only when nothing names it', () => {
    const files = [
      codeFile('src/api/main.ts', "import { b } from './b.ts'"),
      codeFile('src/api/b.ts', ''),
      codeFile('src/api/c.ts', ''),
    ]
    expect(findUnusedFiles(files, ['src/api/main.ts'])).toEqual([
      'src/api/c.ts is used by no other file',
    ])
  })
})

describe('kinds', () => {
  const DEFINED = ['pod', 'config-map'].map((name) => codeFile(`src/api/kinds/${name}.ts`, ''))

  test.each([
    'const ORDER = { Pod: 1, ConfigMap: 2 }',
    'const ORDER = {\n  // The first.\n  Pod: [],\n  Other: [],\n  ConfigMap: [],\n}',
    "const RUN = ['Other', 'Pod', 'ConfigMap']",
    "switch (kind) {\n  case 'Pod':\n  case 'ConfigMap':\n}",
  ])('a planted table of kinds is seen: %s', (text) => {
    expect(findKindTables([...DEFINED, codeFile('src/store/a.ts', text)])).toHaveLength(1)
  })

  test.each([
    "if (kind === 'Pod') stop()",
    "const NAMES = { Pod: 'pods' }",
    "store.get('Pod', name)\nstore.get('ConfigMap', name)",
    "const NAMES = ['Pod', 'pod']",
  ])('code that is about one kind is left alone: %s', (text) => {
    expect(findKindTables([...DEFINED, codeFile('src/store/a.ts', text)])).toEqual([])
  })

  test('the registry names them all, and a controller those it looks at', () => {
    const text = 'const KINDS = { Pod: POD, ConfigMap: CONFIG_MAP }'
    const files = ['src/api/kinds.ts', 'src/controllers/a.ts'].map((path) => codeFile(path, text))
    expect(findKindTables([...DEFINED, ...files])).toEqual([])
  })
})

describe('words', () => {
  test.each([
    'const now = Date.now()',
    'const now = new Date()',
    'setTimeout(run, 5)',
    'const timer = setInterval(run, 5)',
    'Math.random()',
    'performance.now()',
    'process.exit(1)',
    'const home = process.env.HOME',
    'console.log(1)',
    'const text = `${Date.now()} ms`',
  ])('code that reaches for the system is seen: %s', (text) => {
    expect(findSystemOffences([codeFile('src/node/a.ts', text)])).toHaveLength(1)
    expect(findSystemOffences([codeFile('src/cli/a.ts', text)])).toEqual([])
  })

  test.each([
    '/** A Date is not wanted; setTimeout() neither. */',
    "const message = 'process.exit() and Date.now()'",
    'container.process.exit()',
    'process.signal(9)',
    'const pattern = /Math.random()/',
    'interface Dated { startDate: string }',
  ])('other things of the same name are left alone: %s', (text) => {
    expect(findSystemOffences([codeFile('src/node/a.ts', text)])).toEqual([])
  })

  test('tests that are left out are seen', () => {
    const leftOut = ['only', 'skip', 'todo'].map((word) => `test.${word}('x', run)`)
    const seen = leftOut.map((text) => findSkippedTests([codeFile('tests/a.test.ts', text)]).length)
    expect(seen).toEqual([1, 1, 1])
    expect(findSkippedTests([codeFile('tests/a.test.ts', 'test.skipIf(true)()')])).toEqual([])
  })

  test('a file of more than 400 lines is seen', () => {
    expect(findLongFiles([codeFile('src/a/b.ts', 'x\n'.repeat(400))])).toEqual([])
    const long = codeFile('src/a/b.ts', 'x\n'.repeat(401))
    expect(findLongFiles([long])).toEqual(['src/a/b.ts has 401 lines'])
  })

  test.each([
    'src/node/utils.ts',
    'src/node/types.ts',
    'src/node/pod-helpers.ts',
    'src/manager/a.ts',
    'src/node/info.test.ts',
    'src/node/PodWorker.ts',
    'src/node/pod_worker.ts',
  ])('a name that says nothing or is not kebab-case is seen: %s', (path) => {
    expect(findBannedNames([{ path, text: '' }])).toHaveLength(1)
  })

  test('names with a banned word that say something are left alone', () => {
    expect(findBannedNames([{ path: 'src/proxy/data-plane.ts', text: '' }])).toEqual([])
  })

  test('left-over work without an owner is seen', () => {
    // Written so that this file has none itself.
    const mark = ['// TO', 'DO'].join('')
    const path = 'src/a/b.ts'
    expect(findOwnerlessWork([{ path, text: `${mark}: later` }])).toHaveLength(1)
    expect(findOwnerlessWork([{ path, text: `${mark}(anna): later` }])).toEqual([])
  })

  test.each<[path: string, text: string, offences: number]>([
    ['docs/a.md', ['see ', 'home', 'anna', 'notes'].join('/'), 1],
    ['src/a/b.ts', `'${['', 'work', 'main'].join('/')}'`, 1],
    ['src/a/b.ts', `'${['', 'namespaces', 'work', 'pods'].join('/')}'`, 0],
    ['package-lock.json', '"resolved": "https://npm.example/a.tgz"', 1],
    ['package-lock.json', '"resolved": "https://registry.npmjs.org/a.tgz"', 0],
  ])('paths and hosts of one machine are seen: %s %s', (path, text, offences) => {
    expect(findForeignPlaces([{ path, text }])).toHaveLength(offences)
  })
})

const body = (lines: number) => '\n  run()'.repeat(lines)

describe('functions', () => {
  test.each([
    (lines: number) => `function a(b: string): Promise<{ c: number }> {${body(lines)}\n}`,
    (lines: number) => `const a = (b = { c: 1 }): { d: string } => {${body(lines)}\n}`,
    (lines: number) => `const a = async () => {${body(lines)}\n}`,
    (lines: number) => `class A {\n  get a(): number | undefined {${body(lines)}\n  }\n}`,
    (lines: number) => `class A {\n  async #a<T>(b: T): Promise<void> {${body(lines)}\n  }\n}`,
    (lines: number) => `function a(): (b: string) => void {${body(lines)}\n}`,
    (lines: number) => `function a(b: unknown): b is Map<string, () => void> {${body(lines)}\n}`,
  ])('a long function is seen in form %#', (form) => {
    expect(findLongFunctions([codeFile('src/a/b.ts', form(58))])).toEqual([])
    expect(findLongFunctions([codeFile('src/a/b.ts', form(59))])).toHaveLength(1)
  })

  test('blocks that are no functions are none', () => {
    const text = 'if (a) {\n}\nfor (;;) {\n}\nswitch (a) {\n}\nconst b = c ? (d) : { e: 1 }\n'
    expect(functionsOf(codeFile('src/a/b.ts', text))).toEqual([])
  })

  test('in test code a list of tests is not long, and a long test is', () => {
    const tests = `describe('a', () => {${`\n  test('b', () => {${body(10)}\n  })`.repeat(9)}\n})`
    expect(findLongFunctions([codeFile('tests/a.test.ts', tests)])).toEqual([])
    const long = `describe('a', () => {\n  test('b', () => {${body(60)}\n  })\n})`
    expect(findLongFunctions([codeFile('tests/a.test.ts', long)])).toHaveLength(1)
  })
})

describe('links', () => {
  const page = { path: 'docs/b.md', text: '# One heading\n' }
  const brokenIn = (text: string) =>
    findBrokenLinks([{ path: 'docs/a.md', text }, page], (path) => /^docs\/[ab]\.md$/.test(path))
  test.each(['[b](b.md)', '[b](b.md#one-heading)', '[w](https://example.org/x)', '`[b](c.md)`'])(
    'is fine: %s',
    (text) => {
      expect(brokenIn(text)).toEqual([])
    },
  )
  test.each(['[b](c.md)', '[b](b.md#two)', '[b](../b.md)', '[b]: c.md', '[x](#nowhere)'])(
    'is broken: %s',
    (text) => {
      expect(brokenIn(text)).toHaveLength(1)
    },
  )
})

describe('the source reader', () => {
  test.each<[text: string, code: string]>([
    ["a('x') // y", "a(' ')     "],
    ['a /* b\nc */ d', 'a     \n     d'],
    ['`a ${b(`c ${d}`)} e`', '`  ${b(`  ${d}`)}  `'],
    ['x = /[/\'"]/g.test(y)', 'x = /     /g.test(y)'],
    ["a = b / c / d // '", 'a = b / c / d     '],
    ["'it\\'s' + \"two\"", '\'     \' + "   "'],
    ['return /a{2}/', 'return /    /'],
  ])('blanks comments and contents of %j', (text, code) => {
    expect(readSource(text).code).toBe(code)
  })

  test('keeps strings with their places', () => {
    expect(readSource('f(\'a\', "b")').strings).toEqual([
      { offset: 2, value: 'a' },
      { offset: 7, value: 'b' },
    ])
  })
})
