import { expect, test } from 'vitest'
import { isWorkingTree, parseRootPlan } from './root-plan.ts'

test('a plan is read as its script prints it', () => {
  const text = 'options userxattr,volatile\nbind /dev\noverlay /etc\noverlay /a b\n'
  expect(parseRootPlan(text)).toEqual({
    overlayOptions: 'userxattr,volatile',
    overlays: ['/etc', '/a b'],
    binds: ['/dev'],
  })
  expect(parseRootPlan('options none\nbind /etc\n').overlayOptions).toBeUndefined()
  expect(parseRootPlan('')).toEqual({ overlayOptions: undefined, overlays: [], binds: [] })
})

test.each([
  ['/mnt/disk/shop', true],
  ['/projects', true],
  ['/srv/app', true],
  ['/var/www/app', true],
  ['/var/lib/jenkins/workspace/app', true],
  ['/tmp/build', true],
  ['/run/media/someone/disk/app', true],
  ['/', false],
  ['/home', false],
  ['/usr/bin', false],
  ['/etc/nginx/', false],
  ['/var/lib/', false],
  ['/tmp', false],
  ['/proc/1', false],
  ['/srv/../etc', false],
])('%s is a tree of the user’s: %s', (directory, is) => {
  expect(isWorkingTree(directory)).toBe(is)
})
