import { describe, expect, test } from '@jest/globals';
import {
  cookieFieldsOf,
  expiryTime,
  isSameButExpiry,
  mergeCookies,
} from '../src/session/cookies.ts';

describe('the fields of a cookie', () => {
  test('are those that JSON writes, in a copy', () => {
    const cookie = { path: '/' };
    const fields = cookieFieldsOf({ cookie });
    expect(fields).toEqual({ path: '/' });
    expect(fields).not.toBe(cookie);
    const json = { path: '/shop' };
    const ofClass = cookieFieldsOf({ cookie: { _path: '/', toJSON: () => json } });
    expect(ofClass).toEqual({ path: '/shop' });
    expect(ofClass).not.toBe(json);
  });

  test.each([{}, { cookie: undefined }, { cookie: null }])('are none for %j', (session) => {
    expect(cookieFieldsOf(session)).toEqual({});
  });
});

describe('the expiry of a cookie', () => {
  test.each([new Date(5), '1970-01-01T00:00:00.005Z', 5])(
    'is a date, or what makes one: %p',
    (expires) => {
      expect(expiryTime(expires)).toBe(5);
    },
  );

  test.each([true, 'never', {}, undefined, Symbol('x'), Object.create(null)])(
    'is NaN for %p',
    (expires) => {
      expect(expiryTime(expires)).toBeNaN();
    },
  );
});

describe('two cookies', () => {
  const cookie = { path: '/', originalMaxAge: 1000, expires: new Date(1), sameSite: undefined };

  test('are the same but for a touch if only their expiries differ', () => {
    expect(isSameButExpiry(cookie, { path: '/', originalMaxAge: 1000, expires: null })).toBe(true);
    expect(isSameButExpiry({ path: '/', originalMaxAge: 1000 }, cookie)).toBe(true);
  });

  test.each([
    [100, true],
    [-100, true],
    [101, false],
    [-101, false],
  ])('whose ages differ by %d milliseconds are the same: %p', (drift, isSame) => {
    expect(isSameButExpiry(cookie, { ...cookie, originalMaxAge: 1000 + drift })).toBe(isSame);
  });

  test('differ in an age that only one has', () => {
    expect(isSameButExpiry(cookie, { ...cookie, originalMaxAge: undefined })).toBe(false);
    const endless = { path: '/', originalMaxAge: undefined };
    expect(isSameButExpiry(endless, { ...endless })).toBe(true);
  });

  test('differ in an attribute that one has, or that they have with different values', () => {
    for (const other of [
      { ...cookie, secure: true },
      { ...cookie, path: '/shop' },
    ]) {
      expect(isSameButExpiry(cookie, other)).toBe(false);
      expect(isSameButExpiry(other, cookie)).toBe(false);
    }
    const nested = () => ({ ...cookie, priority: { level: 1 } });
    expect(isSameButExpiry(nested(), nested())).toBe(true);
  });
});

describe('a merge of cookies', () => {
  const base = { path: '/', expires: 5 };

  test('keeps what this request has if either is not an object', () => {
    expect(mergeCookies(base, 'mine', base)).toEqual({ cookie: 'mine', isConflict: true });
    expect(mergeCookies(base, base, 'theirs')).toEqual({ cookie: base, isConflict: false });
    expect(mergeCookies(base, undefined, undefined)).toEqual({
      cookie: undefined,
      isConflict: false,
    });
  });

  test('keeps that of the only request that changed more than its expiry, without a conflict', () => {
    const [changed, touched] = [
      { path: '/shop', expires: 6 },
      { ...base, expires: 9 },
    ];
    const merged = { cookie: changed, isConflict: false };
    expect(mergeCookies(base, changed, touched)).toEqual(merged);
    expect(mergeCookies(base, touched, changed)).toEqual(merged);
  });

  test('takes both for changed if there was none before', () => {
    const [mine, theirs] = [{ path: '/mine' }, { path: '/theirs' }];
    expect(mergeCookies(undefined, mine, theirs)).toEqual({ cookie: mine, isConflict: true });
    expect(mergeCookies(undefined, mine, { ...mine })).toEqual({ cookie: mine, isConflict: false });
  });

  test('keeps that of this request if neither changed more than its expiry, to the same', () => {
    const [mine, theirs] = [{ ...base }, { ...base }];
    expect(mergeCookies(base, mine, theirs).cookie).toBe(mine);
    expect(mergeCookies(base, { ...base, expires: 4 }, theirs).cookie).toBe(theirs);
    const endless = { path: '/' };
    expect(mergeCookies(base, { ...base }, endless).cookie).toBe(endless);
    expect(mergeCookies(base, endless, theirs).cookie).toBe(endless);
  });
});
