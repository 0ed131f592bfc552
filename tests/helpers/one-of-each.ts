/** SQL for one row of each list of the contract, as the studio writes it, in a project with a video and its shot. */
export const ONE_OF_EACH = `
  UPDATE video_files SET state = 'ok';
  INSERT INTO revisions (id, video_id, shot_id, kind, text, origin, actor, provenance, status, is_current, links, created_at_ms)
    SELECT 'r', videos.id, shots.id, 'visual', 'A dog.', 'import', 'x', '{"format":"shot2story","file":"a.json"}', 'draft', 1, '[]', 0 FROM videos JOIN shots LIMIT 1;
  INSERT INTO transcript_segments (id, video_id, start_us, end_us, text, origin) SELECT 't', id, 0, 1, 'Hello.', 'human' FROM videos;
  INSERT INTO screen_texts (video_id, frame, first_frame, last_frame, text, confidence, box)
    SELECT id, 0, 0, 1, 'Hello.', 1, '[{"x":0,"y":0},{"x":1,"y":0},{"x":1,"y":1},{"x":0,"y":1}]' FROM videos;
  INSERT INTO screen_frames (video_id, frame, background_detail, engine, model_sha256, job_id) SELECT id, 0, 0.5, 'x', 'x', 'x' FROM videos;
  INSERT INTO detection_runs (id, video_id, detector, detector_version, options, threshold, frame_count, duration_ms, cut_curve, created_at_ms)
    SELECT 'd', id, 'x', '1', '{"minShotUs":1000000}', 0.5, 100, 12.5, x'789c030000000001', 0 FROM videos;
  INSERT INTO run_thresholds (id, video_id, threshold) SELECT 'd', id, 0.25 FROM videos;
  INSERT INTO source_records (video_id, format, record) SELECT id, 'shot2story', x'789c030000000001' FROM videos;
  INSERT INTO jobs (id, sequence, kind, title, actor, params, state, created_at_ms) VALUES ('j', 900, 'x', 'A job', 'x', '{}', 'done', 0);
`;
