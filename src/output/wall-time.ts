const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** An RFC 3339 time on the reader's own clock, as Go's RFC1123Z: `Mon, 02 Jan 2006 15:04:05 -0700`. */
export function wallTime(time: string): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return time;
  const offset = -at.getTimezoneOffset();
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`;
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
  return `${days[at.getDay()] ?? ''}, ${two(at.getDate())} ${months[at.getMonth()] ?? ''} ${at.getFullYear()} ${clock} ${zone}`;
}

const two = (value: number): string => String(value).padStart(2, '0');
