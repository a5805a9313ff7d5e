import postgres from 'postgres';
import { url } from '../support/recording-server';

const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => {} });

export default sql;
