import { CALENDAR_FILE, mayTouchSystem } from './rooms.ts'
import { lineAt } from './source-text.ts'
import { isTestCode, type CodeFile, type Offence, type TreeFile } from './tree.ts'

const FILE_LINES_MAX = 400

/** Time, timers, chance and the process itself: parameters everywhere else. */
const SYSTEM_WORDS: readonly (readonly [what: string, pattern: RegExp])[] = [
  [
    'a timer',
    /(?<![\w$.#])(?:set(?:Timeout|Interval|Immediate)|clear(?:Timeout|Interval|Immediate))\b/g,
  ],
  ['Math.random', /\bMath\s*\.\s*random\b/g],
  ['a clock', /(?<![\w$.#])performance\s*\./g],
  [
    'the process',
    // Other things may be called `process`; these members are those of the global one.
    /(?<![\w$.#])process\s*\.\s*(?:argv|chdir|cwd|emitWarning|env|exit|exitCode|getuid|hrtime|kill|memoryUsage|nextTick|off|on|once|pid|platform|ppid|resourceUsage|stderr|stdin|stdout|umask|uptime|version|versions)\b/g,
  ],
  ['console', /(?<![\w$.#])console\s*\./g],
  ['crypto', /(?<![\w$.#])crypto\s*\./g],
  ['fetch', /(?<![\w$.#])fetch\s*\(/g],
]
const DATE: readonly [string, RegExp] = ['Date', /(?<![\w$.#])Date\s*[.(]/g]

/** Code outside world/live and cli that reaches for the operating system without an import. */
export function findSystemOffences(files: readonly CodeFile[]): Offence[] {
  return files
    .filter(({ path }) => path.startsWith('src/') && !isTestCode(path) && !mayTouchSystem(path))
    .flatMap(({ path, source: { code } }) => {
      const words = path === CALENDAR_FILE ? SYSTEM_WORDS : [...SYSTEM_WORDS, DATE]
      return words.flatMap(([what, pattern]) =>
        [...code.matchAll(pattern)].map(
          ({ index }) => `${path}:${lineAt(code, index)} uses ${what}: take it as a parameter`,
        ),
      )
    })
}

/** Tests that are left out, or that leave all others out. `skipIf` states its reason and is fine. */
export function findSkippedTests(files: readonly CodeFile[]): Offence[] {
  const pattern =
    /\.(?:only|skip|todo|fails)\b\s*[.(]|(?<![\w$.])(?:xit|xtest|xdescribe|fit|fdescribe)\s*\(/g
  return files
    .filter(({ path }) => path.endsWith('.ts') && isTestCode(path))
    .flatMap(({ path, source: { code } }) =>
      [...code.matchAll(pattern)].map(
        ({ 0: found, index }) => `${path}:${lineAt(code, index)} leaves tests out: ${found}`,
      ),
    )
}

export function findLongFiles(files: readonly CodeFile[]): Offence[] {
  return files.flatMap(({ path, text }) => {
    const lines = text.trimEnd().split('\n').length
    return lines > FILE_LINES_MAX ? [`${path} has ${lines} lines`] : []
  })
}

const BANNED_NAMES = /^(utils?|helpers?|common|misc|managers?|data|info|types|index)$/

/** File and directory names that say nothing about what is inside, and files not in kebab-case. */
export function findBannedNames(files: readonly TreeFile[]): Offence[] {
  const ours = files.filter(({ path }) => /^(src|tests|scripts|bench)\//.test(path))
  return ours.flatMap(({ path }) => {
    const names = path.split('/').map((name) => name.replace(/\..*$/, ''))
    const faults = names.flatMap((name) => {
      const lastWord = name.split('-').at(-1) ?? ''
      return BANNED_NAMES.test(lastWord) ? [`${path} is named ${name}: say what is in it`] : []
    })
    const kebab = names.every((name) => /^[a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    return kebab ? faults : [...faults, `${path} is not in kebab-case`]
  })
}

/** Work that is left over and that nobody has put their name to: write `TODO(name): …`. */
export function findOwnerlessWork(files: readonly TreeFile[]): Offence[] {
  return findInText(files, /\b(?:TO[D]O|FIX[M]E|XX[X])\b(?!\([\w-]+\))/g, 'has no owner')
}

/** Paths of somebody's machine and hosts of somebody's network: they mean nothing elsewhere. */
export function findForeignPlaces(files: readonly TreeFile[]): Offence[] {
  const machinePaths =
    /(?<![\w.~$}/*-])\/(?:work|home\/\w+|Users\/\w+|root|tmp\/bash)(?=\/)[^\s'"`)]*/g
  const lockFile = files.filter(({ path }) => path === 'package-lock.json')
  const otherHosts = /"resolved": "https?:\/\/(?!registry\.npmjs\.org\/)[^"]*/g
  const others = files.filter(({ path }) => path !== 'package-lock.json')
  return [
    ...findInText(others, machinePaths, 'is a path of one machine'),
    ...findInText(lockFile, otherHosts, 'is not the public registry'),
  ]
}

function findInText(files: readonly TreeFile[], pattern: RegExp, fault: string): Offence[] {
  return files.flatMap(({ path, text }) =>
    [...text.matchAll(pattern)].map(
      ({ 0: found, index }) => `${path}:${lineAt(text, index)} ${found} ${fault}`,
    ),
  )
}
