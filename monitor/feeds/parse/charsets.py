"""Which encoding bytes are in, where they are not UTF-8 and their declaration does not fit. It is told by how languages
look in letters: the commonest pairs of neighbouring letters that leave ASCII, and the commonest characters of the
languages that are not spelt.

The pairs stand in the order of their frequency (a space is the edge of a word), two characters each, counted over the
word frequencies of the ``wordfreq`` package; those of Thai over a page of news. Letters that one code page of a
language lacks are folded into their neighbours, see ``FOLDED``.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import pairwise

FOLDED = str.maketrans({"ی": "ي", "ى": "ي", "ک": "ك", "ہ": "ه", "ۃ": "ة", "ۂ": "ه", "ș": "ş", "ț": "ţ", "İ": "i"})

_PAIRS = {
    "ru": (
        "о е и а  п в с нсттоя нанов  и ониенра кпокой роовь не д т мм гопрт реостаерликаорвоанотеталолте бод"
        "ва ры омтьльдеу еллеесатоглаитрионсктиныда чвеакзах ломе зин уойк обче гасемс модокисеилтрсо аеджеав"
        "арл исмамииебоиятвсяамимиз е эвин азнн лручтбыдивыслю икпеейегвссиииэтляьнокоеча яийциднхоадожтсихив"
        "паспекудаякрссевчисашез ичочыхдубемуый жаенттыиркунурыопыетуктсьщер ылгрутзн хняят фд тнуслуозвнучвл"
        "гасвжиезбрабужшиидмыпинсжнгимнбуымбллюце"
    ),
    "uk": (
        "а о  ви  п ні е нау  з тя ро св  дсттара мтиконеовпопрновіни уер кні ренго бтова іанй визаь орогдоал"
        "ом яід оволирериосм атодз тьавка акильх івї няолмак ннонмообласьькщо щякитасцітеакінлорікртрю ар ций"
        "инміде чбуліди гдаіскуихмилеілтіамимкіисадокд сяцеіймепеивотн ляиктуукмупі лжеє діднвст чаоїувсінувн"
        "боаїсеїнруітс вечигаутождузн хіїспбаоземпаайудазилр чеаєьнбіулнтхоекетопесслсиел"
    ),
    "bg": (
        "а е и  с но на п в д итот та о катнирастотвада тте мкав  ззаенконо епрпоренесея итриованлиияедмает б"
        "че гсис тивеинн аввиме чорлеворогоаракм ал р адедиолосаммиелкидомоодгаскласъазърсаоберистризесятимще"
        "ией асемилцид твадог лк слонлоичвъик щже ул езднр биекайпаивнязиойомбечалнбоълз вснткъ хгрбъожброкир"
    ),
    "mk": (
        "а е и о  нна с п д и ватвотот  отакаконитераот коддаст мсе зјавапонеен тноде грезапритд  етиовриакед"
        "екмагомеан бинсовилидоеторлеамровеојавн осијувисалолштмолаарем рерскм диелон амицикиадј биу огќетрси"
        "имил јесобиоас шпагаајлоивбеикдн ќашгиааизкусабал боврсл уом"
    ),
    "el": (
        "α  τσ ι ν τοο ου σ π κ μ αε τηαιναη  εκαστυ ταειποιαμεαν δ νασείτι οικησισ γμαηνό σετεονά ραρο έαπατ"
        "οιερή οσγιεσριεν ηίαδε θντμοπρνονεπασηίνπό όυσλοδιαραλούωνυνετιοπεκάλεένκολλρεορ χέσωσσαολω άνότθαόσ"
        "ί μέ βκόυττρέρτάρί φεπχε λήσελίσσοπιλατωθεμιράαυκεημνιλάληλισυτόάλέχκήακρόμπιναγομιά άπάώνάσυμευόνύ "
        " ήαίσινηαμτήυπεκίουρ υοπτέγοάργεόλητχρκρέλμάμηρωάτχοφοσμτίαφργλέσκαθόμνωμόδοοίπλ"
    ),
    "he": (
        " הה ת ם  א ל בי  מ של ותיםר ו ן א  ע וני כשללייו יריאתורביאולאהיד ולרולהנויימויתך איעלמי נלוהוב שיבר"
        "יהדיוא חודבוהמתיובמה ריששוש ירעו זכל תזהאלשהונק משחוראילתוינ פנהוןאנקויןומכו ק גחישרדוע יד דמרפיאחעי"
        " סהאכירהפרושוםלממתוייאסיפוועהרבלבעיבבההשח והשנהתבאיקף קרטושאתהקיחרגישבבממעציסורבהבופטיוווקמאאמתרשמרת"
        "בתוחהחעםט ימהעאשס וכאראבוסמדיעחד צצוהםדריכמצמנלבוצגומקאהלכהג"
    ),
    "ar": (
        "ال اي ة ن  ما  ول  ألي ف لم  بلمر  عفيمنت لاد  ته ماان ييةواعلاتريين كب و نااررايا إلتولأن هك ع هابا"
        "املكديلأير حبينيلع قون سعالل نكامعميابء قاتيس لسق ف سيدالحلويدوموررةاسادلهلقاء جعننتستنهسامرلبلنملعد"
        "إلمويلذاكليو شهذويهميم رلداعبعائتملف دقددةبرحددولةيقيهمسحيتحلجكنحاعمترروربجاأوقيهويعيسوقاحعر ختومةتع"
        "شرايمتتايتعيتهح لشلإبلأمكواقافركمدفالرقو صنوودتقسللذيكدرجمدمإنض مححتث عةسبكيوعكرشاوبكمذيبدوتاجبنخلج "
        "هيفرسمأيذهمكعبوجنسحملصطاوساكط ضابهجدتبلخ"
    ),
    "fa": (
        "ه  ا بي ن ر  م دد ا  كو ايانت م  وراار تبادرست راز نز ين هبهدا شمامي ساسل ند خكهامروردريدهالبرودهاني"
        "ادواونور آ پيايدش دييرتالا يتوهم فخو جليكن حسااهمن گ ع چاشب ترنانهيككررهك ابمو زبيدوبوكاس سيشد قتهشت"
        "اويماتوينمگرمردنفتولتيمهزيجانوهردمرمفريلرسيهيتيشنگتمشوشهرفوزسرگاتنشمزاخاافيسزنق گيرتييشاقاف وممتع وس"
        "فامدحاشينت صختكيوشاعآنعايز لاقپيط رنملركپاگ زمنشبدلمفيهيهنله"
    ),
    "ur": (
        "ے  كي  ار ں ا  م هه يں ب سميانكيكےن و  پ تور نت  جيام هےهي داركااوال ول نےس رياسكركوهوليد سے لام ر گ"
        "وںوااتتاايراك لا آمايكب ائھيدي عپرنه ينائينيتھبا خ حجاكهبھ شينروادابيهئےسيستساتيھا چداير فرهاه قهاف "
        "توپااكوندورتملھ كھيوجوتےگيكسعلوهند صبييسلهز همگرلوسللےافيلپنولٹ اپمننويمركوئمربنيدرنگا ززيرےموپي طيت"
        "متبردروسدهلمٹيق ازشاهرقاسرھےعافراقرداعومنگخالكحاتعگ چھپ يےوجبهخوعدتروتهتاںويجسسو"
    ),
    "fr": (
        "à é  à érétédéétéeérésécnéèrêtséçaèsrèièmélé çépégpéél êédénêmgémêévémiévéhéuécééféaféèmrêôtlèlànçù "
        "oùébaîéqbééjéoîtètmè"
    ),
    "de": (
        "ürfüüb üänrüönäthäläähühköhöärüctäünräwäöröstüüsäumüwüäcäläsmöfämänärölüög äütäg ökülöbüsäpäöföhüghü"
        "ölöcülädäfämötnüdütö"
    ),
    "es": (
        "ióóníaásó máañríñoá ráí táé ánénñauédíiééssílíúneñíscótítóít éómró úíccíaíbíólínsóérmérétéuígúnívíló"
        "mízónóélpúúbúl ácáácláiñdófíséíoárátgíál"
    ),
    "pt": (
        "ãoé  énãçãaçá çasãõeémê cêárnçrátá àtãçõêniçà téçoeçbéjáórsóó érêstóícaílímã áósídívísláróítuç úuéân"
        "hárírêméásínrçséáviãlérãsípótívínómíéstêágsáúbã púêmvámáúsré"
    ),
    "it": ("è  èà tàù iùò ì é héràsìuòròiàiòhè °° dìlìoèné é"),
    "ca": (
        "ésó ió éméà é ò ràí ènròè uèbéçaóntàsólínçrél··lxòísàcàrtímàítòrtétòlàrèànmíícès útèríaçpúúbxírçínús"
        "àsç uí àèrú lèmócàdè"
    ),
    "sv": ("är äå örföpåänsåårälånväläråågnääträsähä ågåfånåtäjä öägövmååtgödåvåhöäsdäålkälåmäävämtåröås"),
    "da": ("å påsåørærårvæføænmårælæ åødælfåådæskøsøgånå øtæsægørøøbøjølækhøløøgtøønægnæættååebøåldøøvmæ"),
    "fi": ("ä täääänläväsäkänämääiätälhäpäyöjääsämäyähäräkös"),
    "is": (
        "ð  þí  íaðá  áiððiðaþeeðþaðurðrájóvíérár ú éégærjáálísætíksíséölórú líátjöúnínöröghúæðuðvæmáþvútíðól"
        " öríþánúóttíáðúrtöönrætóóðéthétæélónðslöímásbæféé ækréóköðþúnáðröfhæþóúsþrhöfðán"
    ),
    "pl": (
        "ę ięć ą ałżeła żówłoł ośjąśctóż óraćyłś iąącróożłyeśędżyażłe śużiłęceżzązęjęsłłuślśćićądbęołyćgłnąsą"
        "złmóżnękśwwłńskóańiśyśżatęń dłpóeńśnkłśmętńcaśóbećółwókąsóójgódęręońpłiżól łżolą"
    ),
    "cs": (
        "í níě é něá řepřženáý rá žímž  čměvěvářítěnéícčejíkéděřivýělánálámšíů vínýšemátíátávýcvéužěttřlákáád"
        "čncízákýítéhdáožmítáásdíživšíkečémči šažýmlí ú řštočějěkačěnléešíssíácčatéčírérýběázmůežšiičš yžílár"
        "hážíákíhašěsěcořžnůžrůpějáínzíždškčkušbíč býtýívdůišídučášěd"
    ),
    "sk": (
        "ť é ý á nážerá čí  žnénýú ýcvýaťčažičieľž očávrí šužvášiníšeýmsťčomákýámsúčnácštéhiťtázáažálvšátjúím"
        "rýľalá úárožkéáskáačréádtýčeánečežď tímôešeďnúďaašťadášíičícôžšaľkísvéždíktúčížn ľívľuhákúínoľémdíúč"
        "téázň líškákeň ďsípáúcútväléľmítpôňaúpš úsvížíyťeťášľ úrdľč "
    ),
    "hu": (
        " éésárálánégérénásó mátáláköáttéülélő kémézáváétráág ázésénéjávétöítábléözépékönlőörsá útóháóltőjóév"
        "lónáötámrézögéká öróákös íőlbágárüküősdézóövsőázújdőzüígölézdáírzőzíöbű páünőt őívökműébúgféióükrőé "
        "nőőkpéúlájjöú á émnöiáyáád üótóbóryélöín"
    ),
    "sl": ("če š ččiočšeča žečžeiččnišžiačašč škštšiščžajšežožšaošužučeščjšnžnržčučlš ušbčšončažižšl"),
    "ro": (
        "ă  îînşi şţicăsătăânrăaţărştnţnăpălăătcâeşmămâaşiţţaâtţăzăvăeţţetâăsgăcţăţămfăăcbăşa ţdăişuţîmpâuşău"
        "şeoţuărţârălrâăzvâăi"
    ),
    "tr": (
        "ı ınnırılı çsıdıaşüntıılıriççiişğiık öürım şş kıyıgümıtüışğıgöçoeğü düşeüzağşı üönşişaızörçeiğştıyğu"
        "eşlüığçıç çaükyüaçümuğşlözülzıküoğöymüüynürüısuşeçşmölşkbüğrcıüşpıbösüğlsöğerçşu"
    ),
    "lt": (
        "ų ą iųį išės įė  šžiči žnėšidėėjtųš aždžškėllėašbūjųužrėėtę ūrtąūsštmėbėkėtėmąūtešsųšavėkąjąžmačžaže"
        "mųnąnųkšsąsėjūtūšvkųęsiąž ėmūnmūrąįsičkū črūiūpėrųįvšegųnįež"
    ),
    "lv": (
        "ā tākārīnāākāsjāārrāībādpēvēiņmāājāt šējtīīgī līētāmšaītērmēēllāzīūsbūpāūtšilēdāīdālē dīešēcīvvānīņa"
        "bādēsārēācš šoēsgācīīsšuēmtēēkošījjūašļaņuāpzēāvmūģiaļsēšākšīmršļu ļšī āsīkļļomīķiņiņšvīnēīnēdūrān ī"
    ),
    "th": (
        "ารปรระรักาือับองในขึึ้้น่ากราน่วผูู้เทาง นนาัฐตรทีี่มาวยงเราาคน้ันนใาดั้้งใหหมม่มีนเเดหน้าะชชานังปี้"
        "แลเปว่ายยกมนนตไททยพบธาาธดีียยทรุุงงมก  ราลาตรกช่ยเเหลืรววจบกุม้ต้องหหานกมหครคา้ำตัลา กรเอกงใีขอนนหา "
        "รร้ยยุรคาชดิินนททากลวงวัุดท่ักขอะเทศศ ดอ่อยว่มสุนี้  และป็็น ได้สนากติ้วิดดเฐมรีีไยพบปะธธิิบบดีรัสสเ"
    ),
}


def _weights(pairs: str) -> dict[str, int]:
    """3 for the commonest third of the pairs, then 2, then 1."""
    found = [pairs[place : place + 2] for place in range(0, len(pairs), 2)]
    return {pair: 3 - rank * 3 // len(found) for rank, pair in enumerate(found)}


PAIRS = {language: _weights(pairs) for language, pairs in _PAIRS.items()}
"""For each language what its common pairs of letters are worth."""

KANJI = frozenset(
    "人日大本出見一分時事中言思年行間気生自方上会子今前者的入月手国作合来何女全最無場動用目後発学話定当理高感性部地回新画使下実私物体知通力家同名対度業良多持開代金意内長関変所数戦要外社以取化明現食法結心世"
    "不好成俺楽味考能小立機書初面期少様田付違先員車山市解問連報近安番記加公売仕神教界特主表信東品電聞選終題悪必正二強男続真死道料決語他可野確文相美情水向切愛身受円集別始達彼元在活買着重三引位過有次海保経送"
    "点原利調制万白式第屋限設民直起待勝組得果店込運色放県指約流予置認読状参京政川応音誰口校島系残件産配天平想進常計素優欲由空議説際像風落士止然足単伝映線消早務演声格友係反殺質夫頭葉木和飲北乗供治転僕撃登交"
    "半広台親夜都個帰共張形録完存価基支願覚増投判王示害念術顔呼態失笑型絶難返育構容命朝告再写権試追影等検観量備号工週太軍探義装緒断光曲企住種収器町論験査石歳営古西君任役土周字護職病段婚技奴嫌院版視超注毎歌"
    "普十速望母資花非側馬値更団歩園魔載区村求象氏飛未急効離規済福科製師族提例割働移撮黒証細居警英丈休球低負満介率識類室米父駅火異攻接改統官訳程争頃去井隊復深藤派医展総造抜助門寝研皆与星比赤突了岡為催故処守"
    "打頼除千局換座専編建管施敵察興府宮減若差破客漫準怖走阪販案服精簡援域忘許降費況南両夢防倒究似商末薬各武党曜我壊習協青罪首痛恋路戻郎評谷修夏史肉導苦松館幸横歴遊被逃極枚響図帯熱激退材含策独弾兵遠巻条軽沢"
    "適囲渡勢答春描般銀姿階具犯絵申根詳境遅久御危絡便振崎担右越旅療焼血険仲温寄払挙戸環酒娘印労司賞希城頂佐兄捕爆韓領逆射敗紙弁左街辺級健香脱談橋芸雑冷替倍余給疑毛散聴船障困昔補整頑昨茶密監裏森掛衛丸紹及恐"
    "謝模四貴州波息祭舞端将株覧髪触犬圧迎乳押因席布児背玉途練属板晴責税秋鉄索秘標震症妻宅腹従禁織艦算奈暴傷継遺裁礼百扱並怒届眠弟推隠略積短額喜惑複避闘弱携鹿雨景功宿亡迷盛乱吉省五駄宇刑浜脳染財稼静悲掲源操"
)
HANZI = frozenset(
    "的是一在不人有了我国这为中个大会们他来和年上以要到时对么能你就发可地生家出也说于学后成与过行用日多自现都没作下得开经还法动好方而公子事分之民主里政看吗本月所天新业同全定部最其进如前机美那当工关实小被但"
    "因长样理等什道去些面很心间区内电然力起体只着从并者高加想文问种员重及点将意合产三外由市无女已制网第情场名应西代正表真此位题相明资计建利系化期特性度果次给让两通教任比该东活手世提或使她物数立认怎知结入更"
    "总务话斯统目社展战做设安别信影己受解军司回把保平常见向海变报治台爱品北何接界论组件权选府议少它共运车至记又原金身式老路决科联视口处各持站量交万直反南打据基始再快水门十感程导传院才放今术强元完号图规改管"
    "划亚领际单头二尔需布达队片求非历每书指马广党几太先带游城办球色觉义级师专类约集告技团取儿参克史服格候调包请德必拉乐许造确气难吧收证称语山死线示条像流命根则近济京听英士价推标举争友干支委四续况准形男望官"
    "且走失言备容观华港质案钱查整未费空转较众神商风校字香啊首州料育创织却照亲识消研离具算欢哪型注源护连节周即投获音清增供五孩光项张息白构省律声演农究器边步喜局医象写除境思赛装谁跟便杀击响职助易版希属住洲巴"
    "星企引找试考列罗存须越态群县功纪复超害戏显族维深责值买足环模极协花断客警吃王百段验切往早终另远够独精习营括革岁曾评随例黑错继米林预玩故份速闻效致火妈阿呢拿兰采热房病户限艺严仅录江势控察满优兴绝土施宣武"
    "止负尼谢食简叫欧画古母低帮留积志虽朋否令读伤夫眼置播底域频派居监飞晚策卡尽刚讲苏股谈送诉河密落半念剧村依湾印哥破编待初双防普围批愿红轻承青免室范修压石状排率险福父适担六角层判卫财占园络奖阳执假席仍突测"
    "班旅升配停似笑审歌般铁换银均千养博威富微黄移罪票岛择奇紧韩久抗汉副犯亿波乎八款甚检馆油著差斗销购救坚讨庭镇药景店章陆介益纳朝宝俄述央素哈脑拍互乡按坏兵怕核善酒激细拥街卖载钟临享释背婚伊血充货您龙攻降射"
)
HANZI_TRADITIONAL = frozenset(
    "的是一在不人有了我國這為中個箇大會們他來和年上以要到時對么麼能你就發髮可地生家傢出齣也說于於學后後成與過行用日多自現都沒作下得開經還法動好方而公子事分之民主里裡政看嗎本月所天新業同全定部最其進如前機美"
    "那當噹工關實小被但因長樣理等什道去些面麵很心間區內電然力起體只隻從并併並者高加想文問種員重及點將意合閤產三外由市無女已制製網第情場名應西代正表錶真此位題相明資計建利系係繫化期特性度果次給讓兩通教任比該"
    "東活手世提或使她物數立認怎知結入更總務話斯統目社展戰做設安別彆信影己受解軍司回迴把保平常見向嚮海變報治台檯臺颱愛品北何接界論組件權選府議少它共運車至記又原金身式老路決科聯視口處各持站量交萬直反南打據基"
    "始再快水門十感程導傳院才纔放今朮術強元完號圖規改管划劃亞領際單頭二爾需布佈達隊片求非曆歷每書指馬廣黨几幾太先帶游遊城辦球色覺義級師專類約集告技團糰取儿兒參克剋史服格候調包請德必拉樂許造確氣難吧收證稱語"
    "山死線示條像流命根則近濟京听聽英士價推標舉爭友干乾幹榦支委四續況准準形男望官且走失言備容觀華港質案錢查整未費空轉較眾神商風校字香啊首州料育創織卻照親識消研離具算歡哪型注註源護連節周週即投獲穫音清增供五"
    "孩光項張息白構省律聲演農究器邊步喜局侷醫象寫除境思賽裝誰跟便殺擊響職助易版希屬住洲巴星企引找試考列羅存須鬚越態群縣功紀複復超害戲顯族維深責值買足環模極協花斷客警吃喫王百段驗切往早終另遠夠獨精習營括革歲"
    "曾評隨例黑錯繼米林預玩故份速聞效致緻火媽阿呢拿蘭采採熱房病戶限藝嚴僅錄江勢控察滿優興絕土施宣武止負尼謝食簡叫歐畫古母低幫留積志誌雖朋否令讀傷夫眼置播底域頻派居監飛晚策卡儘盡剛講蘇甦囌股談送訴河密落半念"
    "唸劇村依灣印哥破編待初雙防普圍批愿願紅輕承青免室范範修脩壓石狀排率險福父適擔六角層判衛財占佔園絡獎陽執假席蓆仍突測班旅升昇陞配停似笑審歌般鐵換銀均千韆養博威富微黃移罪票島擇奇緊韓久抗漢副犯億波乎八款甚"
    "檢館油著差斗鬥銷購救堅討庭鎮藥景店章陸介益納朝寶俄述央素哈腦拍互鄉按坏壞兵怕核善酒激細擁街賣載鍾鐘臨享釋背婚伊血充貨您龍攻降射"
)
HANGUL = frozenset(
    "이다는에하고가을지의로서은아한어도기사니있를나해리시그요인들자일게대라으스수만보제면정주전부여거과장했상안마구었데오야내원우신적것성국되세위와무할동생소트드모미진문중말화공까러비습간없분조저입개터유계"
    "치월같경회선년때연실바음관용더명학네영교당작좋방려않합래발건된단재며각운금람행남물알차등통번르던두타후프겠체크랑식히너산역버임호포예결반잘님함심속업본레파직디감처런카못노았군받배매출양표피살든현많른법"
    "달난집민설였최형또불력키천걸강날울테싶청루종언약애코점워토추준께질외근태올참격렇름친초늘권온린따록목복새료편능열판별맞변메머티항필왜술누절확느특먹줄평씨럼브길급란돌박증송손뭐죽독죠좀즈론활막찾존곳될순"
    "환페품투얼향냐석봐및잡병광왔혼담져엔족볼짜글령책플녀완승축베육립총갈망쪽색백악북접앞긴커험끝쓰빠블류범침됐검힘응림김황희눈엄냥벌련창억움패겨클졌충뒤채릴케째셨왕첫견놓규협츠취렸끼션슨답럽뉴삼퍼폭획락써"
    "착찰큰돼팀잠밀닌돈량극봤쳐택랜뿐밤귀몇몰넘먼떤십놀쟁둘탄났줘떻허셔죄밖철얘쿠떠램캐갖굴갔탈듯혹뜻높몸잖슬센곡널켜링싸빨싫측릭웃갑홍농틀떨골쉬넷념득탁맛혀팔찬홈꺼깨녕꾸례휴효벽듣폰풀얻찮징엘뭔찍논짓괜익"
    "텐믿암욕읽큼맨꿈즐꼭웨쇼넣벤붙콘봉풍숨팅숙솔층앨염델궁컴멋슈액척괴압맡밝겁률템폐곤앙빈덕됩율뮤싱딸잔렌옷뛰겼끌빌헤콜텔삶빛컬퇴흥랐헌냈쳤객칠혁훈엇좌롭씀컨즘즉멀씩맥턴늦꽃롯낮칭웠룹팬젠낸쉽털놈혈픽럴킹"
    "벨닥킨쁜딱핵낌빼걱균똑웹줬촬짐킬흔퓨몬쁘앉칼곧쓸홀땅샤뷰캠쯤칙앤므픈섹끔잊졸옥짝랍푸닐튼혜랙밥딩낼략녹옆녁즌핑흐폴랬벗깐탕맘잃쩌섬뭘뜨탑춘슴멤탐깊튜꼬켰밌윤묻켓촌휘렉콩쥐됨끄셀겸틴섭렴슷섯촉찌뇌납혔핀"
)


# --- which encoding it is --------------------------------------------------------------------------------------------
# Every encoding that feeds are seen in is tried, and the text that comes out is judged: pairs of letters that are
# common in one language, capitals only where capitals stand, no control characters or box drawings. One headline is
# enough where it has a few letters that leave ASCII: tests/feeds/test_encoding.py holds it to that over
# tests/data/headlines.tsv.


# Where two give the same text, the first is taken: the code pages of Windows are what the web means by the others.
_SINGLE_BYTE = (
    *("cp1252", "cp1251", "koi8_u", "cp1250", "cp1254", "cp1256", "cp1253", "cp1255", "cp1257", "cp874"),
    *("iso8859_2", "iso8859_5", "iso8859_7", "iso8859_6", "iso8859_15", "iso8859_16"),
)
_SELDOM = ("cp866", "mac_cyrillic", "mac_roman", "cp852")
"""Seen in no feed for years: they have to read clearly better than the others."""
_EAST_ASIAN = {
    "cp932": KANJI,
    "euc_jp": KANJI,
    "gb18030": HANZI,
    "big5hkscs": HANZI_TRADITIONAL,
    "cp949": HANGUL,
}
# Counted over a page only, and written without spaces: most pairs of Thai are not among the common ones.
_MISS = {language: -0.4 if language == "th" else -2.0 for language in PAIRS}
"""What a pair of letters that is not common in a language says for it."""


def _gains() -> dict[str, list[tuple[str, float]]]:
    """By pair: the languages that it is common in, and how much more it says for each than a pair that is not."""
    found: dict[str, list[tuple[str, float]]] = {}
    for name, weights in PAIRS.items():
        for pair, weight in weights.items():
            found.setdefault(pair, []).append((name, weight - _MISS[name]))
    return found


_GAINS = _gains()
_SAMPLE = 2_400
"""Bytes that are looked at, beside the markup; a headline has about 60."""
_DECLARED = 5.0
"""What it is worth that the document, or its server, names an encoding: about two common pairs of letters."""
_AGREED = 10.0
"""The same where nothing contradicts it: rightly declared, 0 of 1,000 English headlines alone in their document are
misread, and of 163 in other languages that are declared as Latin-1, 14; of three together none."""
_LANGUAGE = 4.0
_RARITY = 4.0
"""What the seldom encodings have to read better by, and 1 more for each byte beyond ASCII."""
_ASCII = bytes(range(0x80))

# Vowel signs belong to the word: those of Thai, Hebrew, Arabic.
_WORD = re.compile(r"(?:[^\W\d_]|[\u0e31-\u0e4e\u0591-\u05c7\u064b-\u0652])+")
_ORDINARY = frozenset("\u00a0“”‘’‚„«»‹›–—…•·€£§©®™°№¡¿¼½¾×،؛؟\u200c\u200d\u200e\u200f")
# A sign that touches a letter as none does in writing: it is a letter of another encoding.
_MISPLACED = re.compile(
    r"[^\W\d_][^\w\s\x00-\x7f\xa0“”‘’‚„«»‹›–—…•·€£§©®™°،؛؟\u0300-\u036f\u0591-\u06ed\u0e31-\u0e4e\u200b-\u200f]"
    r"|[^\w\s\x00-\x7f\xa0“”‘’‚„«»‹›–—…•·€£§©™°№¡¿\u0300-\u036f\u0591-\u06ed\u0e31-\u0e4e\u200b-\u200f][^\W\d_]"
    r"|(?<!\w)’(?=\w)|[^\w\s\x00-\x7f\u0300-\u036f\u0591-\u06ed\u0e31-\u0e4e]{2}"
)
_LATIN, _BEYOND_LATIN = re.compile("[a-zA-Z]"), re.compile("[\u0370-\u9fff]")
# Signs where what is spelt with Latin letters has them: the apostrophe of English, quotation marks at the edges of a
# word, a dash between two, dots behind one, a currency in front of its number. They decide only where letters do
# not: the code pages of Windows have most of them in the same places.
_IN_PLACE = re.compile(
    r"[a-z]’(?:s|t|re|ve|ll|d|m)\b|(?<!\S)[“‘](?=[^\W_])|(?<=[\w.,!?])”(?![^\W_])|(?<=[^\W_] )[–—](?= [^\W_])"
    r"|(?<=[^\W_])…|\[…\]|[£€]\d|\d ?°[CF]|© \d",
    re.IGNORECASE,
)
_INSIDE_A_WORD = re.compile("[a-zA-Z][\u3041-\u9fff\uac00-\ud7a3\uff61-\uff9f]+[a-z]")


def likeliest(body: bytes, declared: list[str], agreed: bool, language: str) -> str:
    """The name of the encoding in which ``body`` reads best. ``declared``: encodings named for it, the most trusted
    first; ``agreed``: whether there is but one, and ``body`` can be in it; ``language``: that of the document as it
    says itself, or empty.
    """
    sample = _sample(body)
    worth = _AGREED if agreed else _DECLARED
    rarity = _RARITY + len(sample.translate(None, _ASCII))
    judged: dict[str, float] = {}
    for encoding in declared:
        score = _score(sample, encoding, language)
        if score >= 0:
            return _neighbour(sample, encoding, score + worth, language)
        judged[encoding] = score + worth
    for encoding in (*_SINGLE_BYTE, *_EAST_ASIAN, *_SELDOM):
        if encoding not in judged:
            judged[encoding] = _score(sample, encoding, language) - (rarity if encoding in _SELDOM else 0.0)
    return max(judged, key=lambda encoding: judged[encoding])


def _neighbour(sample: bytes, encoding: str, score: float, language: str) -> str:
    """``encoding``, or the one that it is easily taken for: Latin-1 is what many servers say of everything Latin."""
    if encoding == "cp1252":
        for other in ("cp1250", "iso8859_2", "cp1254"):
            if _score(sample, other, language) > score:
                return other
    return encoding


def _sample(body: bytes) -> bytes:
    """The texts of ``body`` that leave ASCII. Neither ``<`` nor a line's end is ever a part of a longer character."""
    found: list[bytes] = []
    size = 0
    for text in re.split(rb"[<>\n]", body):
        if not text.isascii():
            found.append(text[: _SAMPLE - size])
            size += len(text)
            if size >= _SAMPLE:
                break
    return b"\n".join(found)


def _score(sample: bytes, encoding: str, language: str) -> float:
    """How much like a language ``sample`` reads in ``encoding``: above 0 rather like one, below rather not."""
    text = sample.decode(encoding, "replace")
    common = _EAST_ASIAN.get(encoding)
    if common:
        signs = sum(_east_asian(char, common) for char in text if char > "\x7f")
        return signs - 6.0 * len(_INSIDE_A_WORD.findall(text))
    return _alphabetic(text, language)


def _alphabetic(text: str, language: str) -> float:
    """How much ``text`` is like one in a language that is spelt."""
    counts: Counter[str] = Counter()
    # A capital behind a small letter, letters of two scripts in one word: seldom written, common where misread.
    # A word in capitals is an acronym; a text of them is KOI8-R that is read as Windows-1251, or the other way round.
    oddities = 0.0
    for match in _WORD.finditer(text):
        word = match[0]
        if not word.isascii():
            if not word.islower():
                oddities += 6.0 * sum(one.islower() and other.isupper() for one, other in pairwise(word))
                oddities += 0.7 * sum(char.isupper() for char in word[1:])
            oddities += 12.0 * bool(_LATIN.search(word) and _BEYOND_LATIN.search(word))
            counts.update(one + other for one, other in pairwise(f" {word.translate(FOLDED).lower()} "))
    signs = sum(_sign(char) for char in text if char > "\x7f" and not char.isalpha())
    return (
        _letters(counts, language)
        + signs
        + min(12.0, 4.0 * len(_IN_PLACE.findall(text)))
        - oddities
        - 8.0 * len(_MISPLACED.findall(text))
    )


def _letters(counts: Counter[str], language: str) -> float:
    """What pairs of letters are worth in the language that they suit best."""
    pairs = [(pair, count) for pair, count in counts.items() if not pair.isascii()]
    if not pairs:
        return 0.0
    total = sum(count for _, count in pairs)
    worth = {name: total * miss + (_LANGUAGE if name == language else 0.0) for name, miss in _MISS.items()}
    for pair, count in pairs:
        for name, gain in _GAINS.get(pair, ()):
            worth[name] += count * gain
    return max(worth.values())


def _sign(char: str) -> float:
    """What a character that is no letter says about the encoding."""
    category = unicodedata.category(char)
    if char in _ORDINARY:
        return 0.0
    if char == "\ufffd" or category in ("Cc", "Co", "Cn") or "\u2500" <= char <= "\u259f":
        return -6.0
    return 0.0 if category in ("Mn", "Mc") else -3.0


def _east_asian(char: str, common: frozenset[str]) -> float:
    """What a character says for its text being in the language whose characters are ``common``."""
    if char in common:
        return 3.0
    if "\u3040" <= char <= "\u30ff":
        return 3.0 if common is KANJI else -0.5
    if "\u3000" <= char <= "\u303f" or "\uff00" <= char <= "\uff60" or char in _ORDINARY:
        return 0.5
    if "\u4e00" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3":
        return -2.0 if common is HANGUL else -1.2
    if "\uff61" <= char <= "\uff9f" and common is KANJI:
        return -0.5  # kana of half the width are seldom, and what other alphabets are misread as
    return min(_sign(char), -2.0)
