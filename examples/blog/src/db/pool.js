import pg from 'pg';
import * as config from '../../config/database.js';

export const pool = new pg.Pool({ connectionString: config.databaseUrl, ...config.pool });
