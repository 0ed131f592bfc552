// @ts-check
/**
 * Debian and RPM packages from the unpacked app, with the tools of Debian alone. (electron-builder asks fpm for it, which cannot be had from
 * a package registry; the installers of Forge know no file types and lose the mode of Chromium's sandbox in an RPM.)
 */
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lastLines, SetupError } from '../log.mjs';
import { repoRoot } from '../paths.mjs';
import { capture } from '../processes.mjs';
import { executableName, productName } from './builder-config.mjs';

/**
 * @typedef {object} PackageRequest
 * @property {string} appFolder the unpacked app
 * @property {string} outputFolder
 * @property {boolean} isFast not compressed: for trying, not for giving away
 */

const summary = 'Video annotation with local models';
const description =
  'Splits video into shots, captions and summarises them with models that run on\nyour own machine, and exports reviewed training data.';
const mimeType = 'application/x-shotluck-project';

const debianDepends = [
  'ffmpeg (>= 7:5.1)',
  'libgtk-3-0 | libgtk-3-0t64',
  'libnss3',
  'libatk-bridge2.0-0 | libatk-bridge2.0-0t64',
  'libcups2 | libcups2t64',
  'libdrm2',
  'libgbm1',
  'libasound2 | libasound2t64',
  'libxss1',
  'libxtst6',
  'libsecret-1-0',
  'xdg-utils',
];
/** By file or library, for distributions name their packages differently. */
const rpmRequires = [
  '/usr/bin/ffmpeg',
  'libgtk-3.so.0()(64bit)',
  'libnss3.so()(64bit)',
  'libgbm.so.1()(64bit)',
  'libasound.so.2()(64bit)',
  'xdg-utils',
];

/** Run after installing and removing; none of these tools is needed for the studio to run. */
const refreshCaches =
  'for each in "update-desktop-database -q" "update-mime-database /usr/share/mime" "gtk-update-icon-cache -q -t /usr/share/icons/hicolor"; do\n' +
  '  if command -v "${each%% *}" >/dev/null 2>&1; then $each || true; fi\ndone\n';

/**
 * @param {PackageRequest} request
 * @returns {Promise<string>} the package
 */
export async function buildDeb({ appFolder, outputFolder, isFast }) {
  return withStaging(appFolder, async (staging, version) => {
    const control = path.join(staging, 'DEBIAN');
    mkdirSync(control);
    writeFileSync(path.join(control, 'control'), debControl(version, directorySizeKib(staging)));
    for (const script of ['postinst', 'postrm']) {
      writeFileSync(path.join(control, script), `#!/bin/sh\nset -e\n${refreshCaches}`);
      chmodSync(path.join(control, script), 0o755);
    }
    const file = path.join(outputFolder, `${executableName}_${version}_${debianArchitecture()}.deb`);
    const compression = isFast ? ['-Znone'] : ['-Zxz'];
    await runTool('dpkg-deb', [...compression, '--root-owner-group', '--build', staging, file]);
    return file;
  });
}

/**
 * @param {PackageRequest} request
 * @returns {Promise<string>} the package
 */
export async function buildRpm({ appFolder, outputFolder, isFast }) {
  return withStaging(appFolder, async (staging, version) => {
    const work = mkdtempSync(path.join(tmpdir(), 'shotluck-rpm-'));
    try {
      const spec = path.join(work, `${executableName}.spec`);
      writeFileSync(spec, rpmSpec(version, staging, isFast));
      await runTool('rpmbuild', ['-bb', '--define', `_topdir ${work}`, '--define', `_rpmdir ${work}/rpms`, spec]);
      const built = readdirSync(path.join(work, 'rpms'), { recursive: true, encoding: 'utf8' }).find((name) => name.endsWith('.rpm'));
      if (built === undefined) throw new SetupError('rpmbuild did not create a package.');
      const file = path.join(outputFolder, path.basename(built));
      cpSync(path.join(work, 'rpms', built), file);
      return file;
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
}

/**
 * Everything where an installed studio has it, below one folder.
 *
 * @param {string} appFolder
 * @param {(staging: string, version: string) => Promise<string>} build
 */
async function withStaging(appFolder, build) {
  const { version } = JSON.parse(readFileSync(path.join(repoRoot, 'package.json'), 'utf8'));
  const staging = mkdtempSync(path.join(tmpdir(), 'shotluck-package-'));
  try {
    chmodSync(staging, 0o755);
    const share = path.join(staging, 'usr/share');
    const home = path.join(staging, 'usr/lib', executableName);
    cpSync(appFolder, home, { recursive: true, verbatimSymlinks: true });
    // Chromium's helper makes the sandbox where the kernel lets nobody else make one; it does so as root.
    chmodSync(path.join(home, 'chrome-sandbox'), 0o4755);
    mkdirSync(path.join(staging, 'usr/bin'), { recursive: true });
    symlinkSync(`../lib/${executableName}/${executableName}`, path.join(staging, 'usr/bin', executableName));
    put(path.join(share, 'applications', `${executableName}.desktop`), desktopEntry());
    put(path.join(share, 'mime/packages', `${executableName}.xml`), mimePackage());
    put(
      path.join(share, 'doc', executableName, 'copyright'),
      `${readFileSync(path.join(repoRoot, 'LICENSE'), 'utf8')}\nThird parties: /usr/lib/${executableName}/resources/THIRD-PARTY-NOTICES.txt\n`,
    );
    for (const icon of readdirSync(path.join(repoRoot, 'resources/icon')).filter((name) => name.endsWith('.png'))) {
      const folder = path.join(share, 'icons/hicolor', path.basename(icon, '.png'), 'apps');
      mkdirSync(folder, { recursive: true });
      cpSync(path.join(repoRoot, 'resources/icon', icon), path.join(folder, `${executableName}.png`));
    }
    return await build(staging, version);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function desktopEntry() {
  return `[Desktop Entry]
Type=Application
Name=${productName}
GenericName=Video annotation
Comment=${summary}
Exec=${executableName} %f
Icon=${executableName}
StartupWMClass=${executableName}
StartupNotify=true
Terminal=false
Categories=AudioVideo;Video;
Keywords=caption;shot;annotation;subtitle;
MimeType=${mimeType};
`;
}

/** A project is a folder, which has no type; the database inside has one, by the mark that every project bears. */
function mimePackage() {
  return `<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="${mimeType}">
    <comment>Shotluck project</comment>
    <icon name="${executableName}"/>
    <sub-class-of type="application/vnd.sqlite3"/>
    <magic priority="70">
      <match type="string" offset="0" value="SQLite format 3">
        <match type="string" offset="68" value="SLUK"/>
      </match>
    </magic>
    <glob pattern="project.db" weight="40"/>
  </mime-type>
</mime-info>
`;
}

/**
 * @param {string} version
 * @param {number} installedKib
 */
function debControl(version, installedKib) {
  return `Package: ${executableName}
Version: ${version}
Architecture: ${debianArchitecture()}
Maintainer: the Shotluck Studio project
Installed-Size: ${installedKib}
Depends: ${debianDepends.join(', ')}
Section: video
Priority: optional
Description: ${summary}
 ${description.replaceAll('\n', '\n ')}
`;
}

/**
 * @param {string} version
 * @param {string} staging
 * @param {boolean} isFast
 */
function rpmSpec(version, staging, isFast) {
  const home = `/usr/lib/${executableName}`;
  return `%define _binary_payload ${isFast ? 'w.ufdio' : 'w6.xzdio'}
%define _build_id_links none
%global debug_package %{nil}
%global __strip /bin/true
%global __os_install_post %{nil}
Name: ${executableName}
Version: ${version}
Release: 1
Summary: ${summary}
License: Apache-2.0
Requires: ${rpmRequires.join(', ')}
AutoReqProv: no

%description
${description}

%install
cp -a "${staging}/usr" "%{buildroot}/usr"

%post
${refreshCaches}
%postun
${refreshCaches}
%files
%defattr(-, root, root, -)
/usr/bin/${executableName}
${home}
%attr(4755, root, root) ${home}/chrome-sandbox
/usr/share/applications/${executableName}.desktop
/usr/share/mime/packages/${executableName}.xml
/usr/share/doc/${executableName}
/usr/share/icons/hicolor/*/apps/${executableName}.png
`;
}

/**
 * @param {string} file
 * @param {string} text
 */
function put(file, text) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o644 });
}

/** @param {string} folder */
function directorySizeKib(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, entry) => sum + Math.ceil(statSync(path.join(entry.parentPath, entry.name)).size / 1024), 0);
}

function debianArchitecture() {
  return { x64: 'amd64', arm64: 'arm64' }[String(process.arch)] ?? process.arch;
}

/**
 * @param {string} tool
 * @param {readonly string[]} args
 */
async function runTool(tool, args) {
  const result = await capture(tool, args, { env: { ...process.env, LC_ALL: 'C' } });
  if (!result.ok) throw new SetupError(`${tool} ${result.failure}.\n${lastLines(result.output, 20)}`);
}
