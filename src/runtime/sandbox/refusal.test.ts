import { expect, test } from 'vitest'
import { liveProcesses } from '../../world/live/processes.ts'
import { EXAMINE_SCRIPT, explainRefusal, parseExamination, type Examination } from './refusal.ts'

const linux: Examination = {
  system: 'Linux',
  isRoot: false,
  missing: [],
  settings: {},
  isFiltered: false,
  isContainer: false,
}

test.each<[string, Partial<Examination>, RegExp, RegExp]>([
  ['not Linux', { system: 'Darwin' }, /this is Darwin/, /Linux virtual machine/],
  ['no unshare', { missing: ['unshare'] }, /missing: unshare/, /apt-get install util-linux/],
  ['no ip', { missing: ['ip'] }, /missing: ip/, /apt-get install iproute2`/],
  [
    'Debian switch',
    { settings: { 'kernel/unprivileged_userns_clone': '0' } },
    /unprivileged_userns_clone=0/,
    /sudo sysctl kernel\.unprivileged_userns_clone=1/,
  ],
  [
    'none allowed',
    { isRoot: true, settings: { 'user/max_user_namespaces': '0' } },
    /max_user_namespaces=0/,
    /sudo sysctl user\.max_user_namespaces=15000/,
  ],
  [
    'AppArmor',
    { settings: { 'kernel/apparmor_restrict_unprivileged_userns': '1' } },
    /AppArmor/,
    /sudo sysctl kernel\.apparmor_restrict_unprivileged_userns=0/,
  ],
  ['a container', { isRoot: true, isContainer: true }, /container/, /--privileged/],
  ['seccomp', { isFiltered: true }, /seccomp/, /--privileged/],
  ['unknown', {}, /refused/, /unshare --user/],
])('%s: the reason is named and what to do', (_, seen, reason, hint) => {
  const explained = explainRefusal({ ...linux, ...seen })
  expect(explained.reason).toMatch(reason)
  expect(explained.hint).toMatch(hint)
})

test('settings that only bind ordinary users are no reason for root', () => {
  const settings = {
    'kernel/unprivileged_userns_clone': '0',
    'kernel/apparmor_restrict_unprivileged_userns': '1',
  }
  expect(explainRefusal({ ...linux, isRoot: true, settings }).reason).toMatch(/the kernel refused/)
})

test('this machine can be examined', async () => {
  const { stdout, exitCode } = await liveProcesses().run(['/bin/sh', '-c', EXAMINE_SCRIPT], {
    timeoutMs: 10_000,
  })
  expect(exitCode).toBe(0)
  const examination = parseExamination(stdout)
  expect(examination.system).toBe('Linux')
  expect(examination.isRoot).toBe(process.getuid?.() === 0)
  expect(Number(examination.settings['user/max_net_namespaces'])).toBeGreaterThan(0)
})
