/** What /metrics told: each series, written as it came, with its value. */
export type Scraped = ReadonlyMap<string, number>;

export const METRICS_TOKEN = 'a-token-for-scrapers-only';

/** Asks for the metrics as a scraper does. */
export async function scrape(url: string, token = METRICS_TOKEN): Promise<Scraped> {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${text}`);
  return new Map(text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
}
