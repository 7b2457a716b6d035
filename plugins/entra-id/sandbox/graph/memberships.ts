import type { Directory } from '../directory.js';
import type { DirectoryGroup, DirectoryUser } from '../tenant-state.js';

/** The groups that a user is in, and the groups that those are in. */
export function allGroupsOf(user: DirectoryUser, directory: Directory): DirectoryGroup[] {
  const found = new Map<string, DirectoryGroup>();
  const waiting = [...user.groupIds];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const group = directory.group(id);
    if (group === undefined || found.has(id)) continue;
    found.set(id, group);
    waiting.push(...group.parentGroupIds);
  }
  return [...found.values()];
}

export function rolesThroughGroups(user: DirectoryUser, directory: Directory): string[] {
  return allGroupsOf(user, directory).flatMap((group) => group.directoryRoles);
}
