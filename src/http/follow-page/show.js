const MOODS = { SUCCEEDED: 'good', FAILED: 'bad', DENIED: 'bad', EXPIRED: 'bad', NEEDS_REVIEW: 'bad', SKIPPED: 'quiet', PENDING: 'quiet', CANCELED: 'quiet' };

/** A colour beside the word, never instead of it. */
export const moodOf = (status) => MOODS[status] ?? 'busy';

const SECTIONS = ['sign-in', 'runs', 'run'];

export function showSection(shown) {
  for (const id of SECTIONS) document.getElementById(id).hidden = id !== shown;
}

/** A word to whoever looks or listens; the same word is not said twice. */
export function tell(message) {
  const notice = document.getElementById('notice');
  if (notice.textContent !== message) notice.textContent = message;
}

/** What comes from the service is text and stays text. */
export function element(name, { text, className, mood, href, dateTime } = {}, children = []) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  if (mood) made.dataset.mood = mood;
  if (href) made.href = href;
  if (dateTime) made.dateTime = dateTime;
  made.append(...children);
  return made;
}
