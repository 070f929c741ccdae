import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { findLongFunctions } from './tidy/functions.ts'
import {
  findImportOffences,
  findMatrixOffences,
  findUnusedFiles,
  importsOf,
} from './tidy/imports.ts'
import { findKindTables } from './tidy/kind-tables.ts'
import { findBrokenLinks, linksOf } from './tidy/links.ts'
import { ROOMS } from './tidy/rooms.ts'
import { codeOf, isThere, readTree } from './tidy/tree.ts'
import {
  findBannedNames,
  findForeignPlaces,
  findLongFiles,
  findOwnerlessWork,
  findSkippedTests,
  findSystemOffences,
} from './tidy/words.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FILES = readTree(ROOT)
const CODE = codeOf(FILES)
const SOURCES = CODE.filter(({ path }) => path.startsWith('src/'))

/** Started by name: the command, the library, the threads that have their own entry, and what runs in a container. */
const ENTRIES = ['src/cli/main.ts', 'src/cli/load-library.ts', 'src/cli/engine/service-gateway.ts']

/** What lies at the root of the repository, so that nothing is left there by accident. */
const ROOT_ENTRIES = [
  '.ci .git .github .gitattributes .gitignore .npmrc .oxlintrc.json .prettierignore .prettierrc.json',
  '.hitless coverage dist node_modules',
  'ARCHITECTURE.md CHANGELOG.md CONTRIBUTING.md LICENSE NOTICE README.md',
  'knip.json package.json package-lock.json tsconfig.json tsconfig.types.json rolldown.config.ts vitest.config.ts',
  'bench docs examples hitless scripts src tests web',
].flatMap((names) => names.split(' '))

test('the checks look at the whole repository', () => {
  // Far fewer would mean that a check looks in the wrong place and finds nothing wrong.
  expect(SOURCES.length).toBeGreaterThan(150)
  expect(SOURCES.flatMap(importsOf).length).toBeGreaterThan(500)
  expect(FILES.filter(({ path }) => path.endsWith('.md')).length).toBeGreaterThan(10)
  expect(
    FILES.flatMap((file) => (file.path.endsWith('.md') ? linksOf(file) : [])).length,
  ).toBeGreaterThan(5)
  const rooms = new Set(SOURCES.map(({ path }) => path.split('/')[1]))
  expect([...rooms].filter((room) => room === undefined || !(room in ROOMS))).toEqual([])
})

test('rooms import only what the matrix allows them', () => {
  expect(findImportOffences(CODE)).toEqual([])
})

test('the matrix has no circle: each room imports lower rooms only', () => {
  expect(findMatrixOffences(ROOMS)).toEqual([])
})

test('time, timers, chance and the process are parameters outside of world/live and cli', () => {
  expect(findSystemOffences(CODE)).toEqual([])
})

test('what is so of one kind of object stands in the file of that kind', () => {
  expect(findKindTables(CODE)).toEqual([])
})

test('no file of src is left unused', () => {
  expect(findUnusedFiles(CODE, ENTRIES)).toEqual([])
})

test('nothing unknown lies at the root', () => {
  expect(readdirSync(ROOT).filter((name) => !ROOT_ENTRIES.includes(name))).toEqual([])
})

test('files have at most 400 lines and functions at most 60', () => {
  expect(findLongFiles(CODE)).toEqual([])
  expect(findLongFunctions(CODE)).toEqual([])
})

test('files have names that say what is in them', () => {
  expect(findBannedNames(FILES)).toEqual([])
})

test('work that is left over has an owner', () => {
  expect(findOwnerlessWork(FILES)).toEqual([])
})

test('no test is left out', () => {
  expect(findSkippedTests(CODE)).toEqual([])
})

test('links in the documentation lead somewhere', () => {
  expect(findBrokenLinks(FILES, (path) => isThere(ROOT, path))).toEqual([])
})

test('no file names a path or host of one machine', () => {
  expect(findForeignPlaces(FILES)).toEqual([])
})
