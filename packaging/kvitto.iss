; The installer for Windows, made by Inno Setup 6 from dist\kvitto: packaging\build.py calls it as
;     iscc /DVersion=0.1.0 packaging\kvitto.iss
; For one user without an administrator, or for all with one: /ALLUSERS. Taking it away leaves the users'
; data. A Kvitto that runs is found by its mutex: Setup asks to close it, and a silent one ends without
; having changed anything, so that reports go on coming in.

#ifndef Version
  #error Say which version: /DVersion=0.1.0
#endif

[Setup]
AppId={{6E0B3A52-6D0B-4C8E-9B57-3C1C5A1D8370}
AppName=Kvitto
AppVersion={#Version}
AppPublisher=Kvitto
DefaultDirName={autopf}\Kvitto
DefaultGroupName=Kvitto
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog commandline
AppMutex=KvittoIsRunning
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
Compression=lzma2/max
SolidCompression=yes
OutputDir=..\dist
OutputBaseFilename=kvitto-{#Version}-setup
SetupIconFile=..\build\icons\kvitto.ico
UninstallDisplayIcon={app}\kvitto.exe
; A running Kvitto is asked to end: it stores what is under way before it does.
CloseApplications=yes
RestartApplications=yes

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "sv"; MessagesFile: "compiler:Languages\Swedish.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

[InstallDelete]
; What an older version had and this one has not.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "..\dist\kvitto\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{group}\Kvitto"; Filename: "{app}\kvitto.exe"
Name: "{autodesktop}\Kvitto"; Filename: "{app}\kvitto.exe"; Tasks: desktopicon

[Run]
Filename: "{app}\kvitto.exe"; Description: "{cm:LaunchProgram,Kvitto}"; Flags: nowait postinstall skipifsilent

[UninstallDelete]
Type: filesandordirs; Name: "{app}\_internal"
